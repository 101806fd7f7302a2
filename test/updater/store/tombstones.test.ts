import { describe, expect, test } from 'vitest';
import { encodeTombstone, isTombstone } from '../../../core/entry/tombstone.ts';
import { app, SHOP, stand } from '../../support/stands/updater-stand.ts';
import { NOW } from '../../support/values/instances.ts';

/** A deployment whose app is gone since `NOW`, and its clock. */
async function removed() {
  const it = await stand();
  await it.sweep();
  it.become();
  await it.send({ action: 'reconcile', confirm: 'removals' });
  const value = () => it.store.store.get(SHOP);
  const later = async (seconds: number, event?: unknown) => {
    it.clock.advance(seconds * 1000);
    await (event === undefined ? it.sweep() : it.send(event));
    return value();
  };
  return { ...it, value, later };
}

describe('a hostname that was removed', () => {
  test('leaves a tombstone with the time and a number, and no address', async () => {
    const { value, decisions, routes } = await removed();
    expect(value()).toMatch(new RegExp(`^3 p G${NOW} main#[\\da-z]+$`));
    expect(decisions().at(-1)).toMatchObject({ deletes: [SHOP], puts: [] });
    expect(routes()).toMatchObject({ routes: [] });
  });

  test('is a tombstone for five minutes, and then nothing', async () => {
    const { later, store } = await removed();
    expect(isTombstone(await later(299))).toBe(true);
    const writes = store.calls.write;
    expect(await later(1)).toBeUndefined();
    expect(store.calls.write).toBe(writes + 1);
    await later(60);
    expect(store.calls.write).toBe(writes + 1);
  });

  test('stays a tombstone in a run that is not a sweep', async () => {
    const { later } = await removed();
    expect(isTombstone(await later(400, { action: 'reconcile' }))).toBe(true);
  });

  test('is its app’s again as soon as the app is back, and the sweep leaves it alone', async () => {
    const { become, later, entryOf, states } = await removed();
    become(app(1, 'shop'));
    await later(300);
    expect(states()).toEqual({ shop: 'live' });
    await later(60);
    expect(entryOf('shop')?.state).toBe('live');
  });

  test('comes back with a higher number than its tombstone, though that is higher than the clock', async () => {
    const { become, later, store, entryOf } = await removed();
    const sequence = NOW + 9_000;
    store.put(SHOP, encodeTombstone({ access: 'public', deployment: 'main', sequence, goneAt: NOW }));
    become(app(1, 'shop'));
    await later(60);
    expect(entryOf('shop')?.sequence).toBe(sequence + 1);
  });

  test('fails no run when its removal fails, and goes with the next sweep', async () => {
    const { later, store } = await removed();
    store.before = () => {
      throw new Error('socket hang up');
    };
    expect(isTombstone(await later(300))).toBe(true);
    expect(await later(60)).toBeUndefined();
  });

  test('records nothing when its tombstone goes', async () => {
    const { later, decisions } = await removed();
    const before = decisions().length;
    await later(300);
    await later(60);
    expect(
      decisions()
        .slice(before)
        .flatMap(({ puts, deletes }) => [...puts, ...deletes]),
    ).toEqual([]);
  });
});
