import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { fixture, HOME } from '../../support/values/event-fixtures.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import { apiCall, stateChange, tagChange } from '../../support/values/made-events.ts';

describe('names and tags', () => {
  test.each([
    'a b!',
    'a_b',
    '-a',
    'a'.repeat(64),
    '🙂',
    '*',
    'https://shop',
    'shop:80',
    'shop/x',
    `${'a.'.repeat(130)}x`,
  ])(
    'F14: a value that is not a hostname makes a problem and no entry, and the others are served (%j)',
    async (name) => {
      const { sweep, store, states, problems } = await updaterStand(app(1, name), app(2, 'shop'));
      await sweep();
      expect(states()).toMatchObject({ shop: 'live' });
      expect(problems().some((message) => message.startsWith(`${idOf(1)}: \`proxy:host\` is`))).toBe(true);
      expect(store.calls.write).toBe(1);
    },
  );

  test('F15: case, a trailing dot and blanks are normalised as in the router; other alphabets are refused', async () => {
    const { sweep, states, problems } = await updaterStand(
      app(1, '  SHOP.dev.Example.com. '),
      app(2, 'bücher'),
    );
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
    expect(hostnameOf('SHOP.dev.Example.com.')).toBe('shop.dev.example.com');
    expect(problems()).toEqual([expect.stringContaining('xn-- form')]);
  });

  test('F16: reserved names, `*` and the base domain itself are refused', async () => {
    const { sweep, states, problems } = await updaterStand(
      app(1, 'www'),
      app(2, '*'),
      app(3, 'dev.example.com'),
      app(4, 'elsewhere.example.org'),
    );
    await sweep();
    expect(states()).toEqual({});
    expect(problems()).toHaveLength(4);
  });

  test('F17: of two claims the holder keeps the name while it lives, then the older instance gets it; the loser has a problem, and nothing flaps', async () => {
    const { sweep, become, addresses, store, problems } = await updaterStand(app(2, 'shop'));
    await sweep();
    become(app(1, 'shop'), app(2, 'shop'));
    await sweep();
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(2)]);
    expect(store.calls.write).toBe(1);
    become(app(1, 'shop'), app(2, 'shop', { state: 'terminated' }), app(3, 'shop'));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
    expect(problems()).toEqual([
      expect.stringMatching(`${idOf(3)} claims shop.dev.example.com, which already belongs to ${idOf(1)}`),
    ]);
  });

  test('F17: two instances of one group share a name', async () => {
    const { sweep, addresses } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(1), publicNameOf(2)]);
  });

  test('F18: several names in one tag make a route each; more than ten make none', async () => {
    const { sweep, states, problems } = await updaterStand(
      app(1, 'shop cart  shop'),
      app(2, Array.from({ length: 11 }, (_, n) => `n${n}`).join(' ')),
    );
    await sweep();
    expect(states()).toEqual({ shop: 'live', cart: 'live' });
    expect(problems()).toEqual([expect.stringContaining('has 11 names; a tag may have 10')]);
  });

  test('F19: a tag that comes after the launch makes the route, without a restart', async () => {
    const { send, become, states } = await updaterStand({ id: 1, tags: {} });
    await send(stateChange(idOf(1), 'running'));
    expect(states()).toEqual({});
    become(app(1, 'shop'));
    await send(tagChange(idOf(1)));
    expect(states()).toEqual({ shop: 'live' });
  });

  test('F20: a changed tag moves the route in one write, and takes no other instance’s name', async () => {
    const { send, become, sweep, store, states, addresses } = await updaterStand(
      app(1, 'old'),
      app(2, 'taken'),
    );
    await sweep();
    become({ id: 1, tags: { 'proxy:host': 'new taken' } }, app(2, 'taken'));
    await send(tagChange(idOf(1)));
    expect(states()).toEqual({ new: 'live', taken: 'live' });
    expect(addresses('taken')).toEqual([publicNameOf(2)]);
    expect(store.calls.write).toBe(2);
  });

  test('F21: tags of volumes, images and groups make no routes', () => {
    for (const name of ['create-tags.volume', 'tag-change.volume']) {
      expect(parseFleetEvent(fixture(name), HOME)).toMatchObject({ verdict: 'ignored' });
    }
  });

  test('F22: a route is found by its instance’s id if the tags are gone after the end', async () => {
    const { send, become, sweep, states } = await updaterStand(app(1, 'shop'), app(2, 'other'));
    await sweep();
    become({ id: 1, tags: {}, state: 'terminated' }, app(2, 'other'));
    await send(apiCall('TerminateInstances', idOf(1)));
    expect(states()).toEqual({ other: 'live' });
  });

  test('F23: the late death of the old instance leaves the name to its replacement', async () => {
    const { send, become, sweep, addresses } = await updaterStand(member(1, 'shop'));
    await sweep();
    become(member(1, 'shop'), member(2, 'shop'));
    await send(stateChange(idOf(2), 'running', 0));
    expect(addresses('shop')).toEqual([publicNameOf(1), publicNameOf(2)]);
    become(member(1, 'shop', { state: 'terminated' }), member(2, 'shop'));
    await send(stateChange(idOf(1), 'shutting-down', 0), stateChange(idOf(1), 'terminated', 0));
    expect(addresses('shop')).toEqual([publicNameOf(2)]);
  });

  test('F24: an invalid port, or one that CloudFront cannot reach, is a problem; the default is 80', async () => {
    const port = (id: number, value: string) =>
      app(id, `app${id}`, { tags: { 'proxy:host': `app${id}`, 'proxy:port': value } });
    const { sweep, states, entryOf, problems } = await updaterStand(
      ...['80a', '0', '22', '65536', '-1'].map((value, at) => port(at + 1, value)),
      app(9, 'plain'),
    );
    await sweep();
    expect(states()).toEqual({ plain: 'live' });
    expect(entryOf('plain')).toMatchObject({ rules: [{ to: [{ port: 80 }] }] });
    expect(problems()).toEqual(Array(5).fill(expect.stringContaining('expected 80, 443 or 1024–65535')));
  });
});
