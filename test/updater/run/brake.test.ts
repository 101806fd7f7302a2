import { expect, test } from 'vitest';
import { app, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf } from '../../support/values/instances.ts';
import { tagChange } from '../../support/values/made-events.ts';

const onPort = (port: number) => app(1, 'shop', { tags: { 'proxy:host': 'shop', 'proxy:port': `${port}` } });

/** A name that has changed ten times in ten seconds. */
async function flapping() {
  const stand = await updaterStand(onPort(3_000));
  for (let n = 0; n < 10; n++) {
    stand.clock.advance(1_000);
    stand.become(onPort(3_000 + n));
    await stand.sweep();
  }
  return stand;
}

const BRAKED = /shop\.dev\.example\.com or one of its instances has changed ten times in five minutes/;

test('after ten changes in five minutes the next one waits a minute, and a problem says so', async () => {
  const { store, clock, become, sweep, problems } = await flapping();
  expect(store.calls.write).toBe(10);
  expect(problems()).toEqual([]);
  become(onPort(4_000));
  clock.advance(59_000);
  await sweep();
  expect(store.calls.write).toBe(10);
  expect(problems().join()).toMatch(BRAKED);
  clock.advance(1_000);
  await sweep();
  expect(store.calls.write).toBe(11);
  expect(problems()).toEqual([]);
});

test('another environment applies the brake, too', async () => {
  const { store, become, handle, environment } = await flapping();
  become(onPort(4_000));
  await handle(environment(), tagChange(idOf(1)));
  expect(store.calls.write).toBe(10);
});

test('a failed write does not count as a change', async () => {
  const { store, become, sweep, clock } = await updaterStand(onPort(3_000));
  for (let n = 0; n < 30; n++) {
    clock.advance(1_000);
    store.before = () => store.put('rival.example.net', `${n}`);
    become(onPort(3_000 + Math.floor(n / 4)));
    await sweep();
  }
  become(onPort(5_000));
  await sweep();
  expect(store.store.get('shop.dev.example.com')).toContain('3 p 5000 ');
});

test('an instance that stops loses its address at once, however often it stopped before', async () => {
  const { become, sweep, states } = await flapping();
  become(app(1, 'shop', { state: 'stopping' }));
  await sweep();
  expect(states()).toEqual({ shop: 'asleep' });
  become(app(1, 'shop', { state: 'terminated' }));
  await sweep();
  expect(states()).toEqual({});
});

test('the brake ends after five minutes without a change', async () => {
  const { store, clock, become, sweep } = await flapping();
  clock.advance(300_000);
  for (let n = 0; n < 9; n++) {
    become(onPort(4_000 + n));
    await sweep();
  }
  expect(store.calls.write).toBe(19);
});

test('the brake does not wait for a time that only a wrong clock reported', async () => {
  const { store, clock, become, sweep } = await flapping();
  clock.advance(-86_400_000);
  become(onPort(4_000));
  await sweep();
  expect(store.calls.write).toBe(11);
});
