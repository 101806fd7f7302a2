import { describe, expect, test } from 'vitest';
import { encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import { app, member, SHOP, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, NOW, SETTINGS } from '../../support/values/instances.ts';
import { tagChange } from '../../support/values/made-events.ts';

type Tags = Record<string, string>;

/** Instance 1 has `shop`, and the older instance 9 waits for it. */
const WAITING = app(9, 'shop', { launchedAt: NOW - 5_000 });
const HOLDER = app(1, 'shop', { launchedAt: NOW - 1_000 });
const with_ = (tags: Tags, more = {}) => ({ ...HOLDER, tags: { ...HOLDER.tags, ...tags }, ...more });
const FAULTY = with_({ 'proxy:weigth': '2' });

async function contested() {
  const stand = await updaterStand(HOLDER);
  await stand.sweep();
  stand.become(HOLDER, WAITING);
  await stand.sweep();
  /** State of the name, and the numbers of its instances. */
  const shop = () => {
    const entry = stand.entryOf('shop');
    return [entry?.state, ...(entry?.instances ?? []).map(({ id }) => Number.parseInt(id.slice(2), 16))];
  };
  /** Changes the fleet and runs, some seconds later. */
  const later = async (seconds: number, ...fleet: Parameters<typeof stand.become>) => {
    stand.clock.advance(seconds * 1000);
    stand.become(...fleet);
    await stand.sweep();
    return shop();
  };
  return { ...stand, shop, later };
}

describe('a name whose instance has wrong tags', () => {
  test.each<[string, Tags]>([
    ['a misspelt key', { 'proxy:weigth': '2' }],
    ['an invalid value', { 'proxy:port': '22' }],
    ['a tag that is not honoured yet', { 'proxy:health': '/up' }],
    ['two tags that need each other', { 'proxy:scheme': 'https', 'proxy:port': '443' }],
    ['an invalid group', { 'proxy:group': 'a b' }],
    ['a comma in its name', { 'proxy:host': 'shop,wiki' }],
    ['too many names', { 'proxy:host': 'a b c d e f g h i j shop' }],
  ])('is closed and kept for two sweeps: %s', async (_, tags) => {
    const { later, entryOf, states } = await contested();
    expect(await later(0, with_(tags), WAITING)).toEqual(['conflict', 1]);
    expect(entryOf('shop')).toMatchObject({ claimEndsAt: NOW + 120 });
    expect(await later(60, with_(tags), WAITING)).toEqual(['conflict', 1]);
    expect(await later(59, with_(tags), WAITING)).toEqual(['conflict', 1]);
    expect(await later(1, with_(tags), WAITING)).toEqual(['live', 9]);
    expect(Object.keys(states())).toEqual(['shop']);
  });

  test('is served again as soon as they are corrected', async () => {
    const { later, addresses } = await contested();
    await later(0, FAULTY, WAITING);
    expect(addresses('shop')).toEqual([]);
    expect(await later(30, HOLDER, WAITING)).toEqual(['live', 1]);
  });

  test('costs two writes, and a problem says until when it is kept', async () => {
    const { later, store, problems, routes } = await contested();
    const { write } = store.calls;
    for (const seconds of [0, 30, 30, 30, 29]) await later(seconds, FAULTY, WAITING);
    expect(store.calls.write).toBe(write + 1);
    const end = new Date((NOW + 120) * 1000).toISOString();
    expect(problems()).toContainEqual(
      `${SHOP} is closed because tags of ${idOf(1)} are wrong; correct the tags before ${end}, or another instance may get the name`,
    );
    const closed = routes().problems?.find(({ message }) => message.includes('is closed'));
    expect(closed).toMatchObject({ instance: idOf(1), hostnames: [SHOP] });
    expect(problems().join('\n')).toContain(`${idOf(9)} claims ${SHOP}, which already belongs to ${idOf(1)}`);
    await later(1, FAULTY, WAITING);
    expect(store.calls.write).toBe(write + 2);
  });

  test.each<[string, Parameters<Awaited<ReturnType<typeof contested>>['become']>]>([
    ['it terminates', [{ ...FAULTY, state: 'shutting-down' }, WAITING]],
    ['the name is withdrawn', [with_({ 'proxy:host': 'wiki', 'proxy:weigth': '2' }), WAITING]],
    ['the tag is emptied', [with_({ 'proxy:host': '' }), WAITING]],
    ['the tag is taken off', [{ ...HOLDER, tags: { 'proxy:port': '22' } }, WAITING]],
  ])('is not kept any longer once %s', async (_, fleet) => {
    const { later } = await contested();
    expect(await later(0, ...fleet)).toEqual(['live', 9]);
    await later(0, HOLDER, { ...WAITING, state: 'terminated' });
    await later(0, FAULTY, WAITING);
    expect(await later(10, ...fleet)).toEqual(['live', 9]);
  });

  test('is not kept against a claim rule', async () => {
    const { handle, environment, become, shop } = await contested();
    const claims = [{ names: ['shop'], accounts: ['444455556666'] }];
    const strict = environment({ settings: completeSettings({ ...SETTINGS, claims }) });
    become(FAULTY, { ...WAITING, account: '444455556666' });
    await handle(strict, tagChange(idOf(1)));
    expect(shop()).toEqual(['live', 9]);
  });

  test('is kept over a cold start and a lost mirror, and not longer because of them', async () => {
    const { later, mirror, handle, environment, clock, shop } = await contested();
    await later(0, FAULTY, WAITING);
    for (const [seconds, expected] of [
      [60, ['conflict', 1]],
      [59, ['conflict', 1]],
      [1, ['live', 9]],
    ] as const) {
      mirror.body = undefined;
      clock.advance(seconds * 1000);
      await handle(environment(), tagChange(idOf(1)));
      expect(shop()).toEqual(expected);
    }
  });

  test('is kept once in ten minutes: for the time that is left, and then not at all', async () => {
    const { later, shop } = await contested();
    await later(0, FAULTY, WAITING);
    await later(30, HOLDER, WAITING);
    expect(await later(60, FAULTY, WAITING)).toEqual(['conflict', 1]);
    expect(await later(30, FAULTY, WAITING)).toEqual(['live', 9]);
    await later(0, HOLDER);
    expect(shop()).toEqual(['live', 1]);
    expect(await later(479, FAULTY, WAITING)).toEqual(['live', 9]);
    await later(0, HOLDER);
    expect(await later(1, FAULTY, WAITING)).toEqual(['conflict', 1]);
  });

  test('is kept again after a later restart, but a restart meanwhile does not prolong it', async () => {
    const { later } = await contested();
    await later(0, FAULTY, WAITING);
    expect(await later(60, { ...FAULTY, launchedAt: NOW + 50 }, WAITING)).toEqual(['conflict', 1]);
    expect(await later(60, { ...FAULTY, launchedAt: NOW + 50 }, WAITING)).toEqual(['live', 9]);
    await later(0, { ...HOLDER, launchedAt: NOW + 110 });
    expect(await later(0, { ...FAULTY, launchedAt: NOW + 110 }, WAITING)).toEqual(['conflict', 1]);
  });

  test('is known in another environment to have been kept', async () => {
    const { later, handle, environment, become, shop } = await contested();
    await later(0, FAULTY, WAITING);
    await later(119, HOLDER, WAITING);
    become(HOLDER, WAITING);
    await later(2, HOLDER, WAITING);
    become(FAULTY, WAITING);
    await handle(environment(), tagChange(idOf(1)));
    expect(shop()).toEqual(['live', 9]);
  });

  test('is not kept beyond its lease', async () => {
    const leased = with_({ 'proxy:ttl': '17m' });
    const { later, entryOf } = await contested();
    expect(await later(0, leased, WAITING)).toEqual(['live', 1]);
    expect(await later(0, { ...leased, tags: { ...leased.tags, 'proxy:port': '22' } }, WAITING)).toEqual([
      'conflict',
      1,
    ]);
    expect(entryOf('shop')).toMatchObject({ claimEndsAt: NOW + 20 });
  });

  test('is deleted after that time if no other instance claims it', async () => {
    const { later, states } = await contested();
    await later(0, FAULTY);
    await later(120, FAULTY);
    expect(states()).toEqual({});
  });
});

describe('a group with a wrongly tagged member', () => {
  const faulty = (id: number) => {
    const sketch = member(id, 'shop');
    return { ...sketch, tags: { ...sketch.tags, 'proxy:port': '22' } };
  };

  test('goes on without it, with earlier and with new members', async () => {
    const { sweep, become, entryOf } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    become(faulty(1), member(2, 'shop'));
    await sweep();
    expect(entryOf('shop')?.instances.map(({ id }) => id)).toEqual([idOf(2)]);
    become(faulty(1), faulty(2), member(3, 'shop'), app(9, 'shop'));
    await sweep();
    const entry = entryOf('shop');
    expect(entry?.instances.map(({ id }) => id)).toEqual([idOf(3)]);
    expect(entry && isServing(entry)).toBe(true);
  });

  test('keeps the name if all members are wrong, and the first corrected one serves it', async () => {
    const { sweep, become, entryOf } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    become(faulty(1), faulty(2), app(9, 'shop'));
    await sweep();
    expect(entryOf('shop')).toMatchObject({ state: 'conflict', claimEndsAt: NOW + 120 });
    expect(entryOf('shop')?.instances).toHaveLength(2);
    become(faulty(1), member(2, 'shop'), app(9, 'shop'));
    await sweep();
    expect(entryOf('shop')?.instances.map(({ id }) => id)).toEqual([idOf(2)]);
  });
});

test('a wrong route of an instance does not affect its right route for the same name', async () => {
  const both = app(1, 'shop', {
    tags: { 'proxy:host': 'shop', 'proxy:api:host': 'shop', 'proxy:api:path': '/api' },
  });
  const { sweep, become, entryOf } = await updaterStand(both);
  await sweep();
  become({ ...both, tags: { ...both.tags, 'proxy:api:port': '22' } });
  await sweep();
  expect(entryOf('shop')).toMatchObject({ state: 'live', rules: [{ path: '/' }] });
});

test.each([
  ['in the mirror', 'mirror'],
  ['in the entry', 'entry'],
])('an impossible end of a hold neither keeps a name forever nor stops the run: %s', async (_, place) => {
  const { sweep, become, clock, states, entryOf, mirror, store, handle, environment } =
    await updaterStand(HOLDER);
  await sweep();
  const until = 8_640_000_000_000;
  const before = entryOf('shop');
  if (place === 'entry' && before) {
    const { deployment, sequence, instances } = before;
    const closed = {
      access: 'public',
      deployment,
      sequence,
      instances,
      state: 'conflict',
      claimEndsAt: until,
    } as const;
    store.put(SHOP, encodeEntry(closed));
  } else {
    const known: { facts: object } = JSON.parse(mirror.body ?? '');
    const holds = { [idOf(1)]: { launchedAt: HOLDER.launchedAt, expiresAt: 1_000 * until } };
    mirror.body = JSON.stringify({ ...known, facts: { ...known.facts, holds } });
  }
  become(FAULTY, WAITING);
  await handle(environment(), tagChange(idOf(1)));
  expect(states()).toEqual({ shop: 'conflict' });
  clock.advance(126_000);
  await handle(environment(), tagChange(idOf(1)));
  expect(entryOf('shop')).toMatchObject({ state: 'live', instances: [{ id: idOf(9) }] });
});
