import { describe, expect, test } from 'vitest';
import { type Entry, encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { INSTANCE_STATES } from '../../../core/instance.ts';
import { incumbentsOf } from '../../../core/routes/route.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import {
  entryFor,
  heldBy,
  idOf,
  instance,
  ipv4,
  NOW,
  publicNameOf,
  routed,
} from '../../support/values/instances.ts';

const SHOP = { 'proxy:host': 'shop' };
const WEB = { ...SHOP, 'proxy:group': 'web' };

const pool = (from: number, to: number, state: 'running' | 'stopped', tags: Record<string, string> = WEB) =>
  Array.from({ length: to - from + 1 }, (_, at) => instance({ id: from + at, state, tags }));

const ids = (entry: Entry | undefined) => entry?.instances.map(({ id }) => Number.parseInt(id.slice(2), 16));
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const bytesOf = (entry: Entry) => encodeEntry({ ...entry, sequence: Number.MAX_SAFE_INTEGER }).length;

describe('the state of a name', () => {
  const states = {
    pending: 'starting',
    running: 'live',
    stopping: 'asleep',
    stopped: 'asleep',
    'shutting-down': undefined,
    terminated: undefined,
  };

  test.each(INSTANCE_STATES)('follows an instance that is %s', (state) => {
    const entry = entryFor('shop', routed([instance({ id: 1, state, tags: SHOP })]));
    expect(entry?.state).toBe(states[state]);
  });

  test.each(INSTANCE_STATES)(
    'is never live without a public name, and %s with one in EC2 changes nothing',
    (state) => {
      const nameless = entryFor('shop', routed([instance({ id: 1, state, tags: SHOP, publicName: null })]));
      expect(nameless?.state).not.toBe('live');
      const named = entryFor(
        'shop',
        routed([instance({ id: 1, state, tags: SHOP, publicName: publicNameOf(1) })]),
      );
      expect(named?.state).toBe(states[state]);
    },
  );

  test.each([
    ['maintenance before all', ['pending', 'stopped'], 'on', 'maintenance'],
    ['starting before asleep', ['stopped', 'pending'], 'off', 'starting'],
  ] as const)('is the most important one when no instance serves: %s', (_what, both, maintenance, state) => {
    const fleet = both.map((each, at) =>
      instance({
        id: at + 1,
        state: each,
        tags: { ...WEB, 'proxy:path': `/p${at}`, ...(at === 0 ? { 'proxy:maintenance': maintenance } : {}) },
      }),
    );
    expect(entryFor('shop', routed(fleet))).toMatchObject({ state });
  });
});

describe('a rule without a serving instance', () => {
  test.each([
    [
      'maintenance',
      [
        { state: 'running', maintenance: 'on' },
        { state: 'stopped', maintenance: 'off' },
      ],
    ],
    [
      'maintenance',
      [
        { state: 'stopped', maintenance: 'off' },
        { state: 'pending', maintenance: 'on' },
      ],
    ],
    [
      'starting',
      [
        { state: 'stopped', maintenance: 'off' },
        { state: 'pending', maintenance: 'off' },
      ],
    ],
    [
      'asleep',
      [
        { state: 'stopped', maintenance: 'off' },
        { state: 'stopping', maintenance: 'off' },
      ],
    ],
  ] as const)('is in %s if one of its members is: %j', (state, members) => {
    const fleet = members.map((each, at) =>
      instance({ id: at + 1, state: each.state, tags: { ...WEB, 'proxy:maintenance': each.maintenance } }),
    );
    expect(entryFor('shop', routed(fleet))).toMatchObject({
      state,
      instances: [{ id: idOf(1) }, { id: idOf(2) }],
    });
  });
});

describe('an instance that will be taken away', () => {
  const weights = (fleet: Parameters<typeof routed>[0]) => {
    const entry = entryFor('shop', routed(fleet, { leaving: new Set([idOf(1)]) }));
    return entry && isServing(entry)
      ? entry.rules.flatMap(({ to }) => (typeof to === 'string' ? [] : to.map(({ weight }) => weight)))
      : undefined;
  };
  const member = (id: number, weight: string) => instance({ id, tags: { ...WEB, 'proxy:weight': weight } });

  test('gets no new viewers if another one accepts them', () => {
    expect(weights([member(1, '3'), member(2, '2')])).toEqual([0, 2]);
  });

  test('keeps its viewers if it is alone', () => {
    expect(weights([member(1, '3')])).toEqual([3]);
  });

  test('keeps its viewers if all others have weight 0', () => {
    expect(weights([member(1, '3'), member(2, '0')])).toEqual([3, 0]);
  });
});

describe('an entry', () => {
  test('has its deployment and the token of its hostname, and gets its number from the plan', () => {
    const desired = routed([instance({ id: 1, tags: SHOP })], {
      tokenOf: (hostname) => `token of ${hostname}`,
    });
    expect(entryFor('shop', desired)).toEqual({
      access: 'public',
      deployment: 'main',
      sequence: 0,
      state: 'live',
      token: 'token of shop.dev.example.com',
      instances: [{ id: idOf(1), launchedAt: NOW - 99_999, address: ipv4(publicNameOf(1)) }],
      rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
    });
  });

  test('has a new launch time after a restart of its instance', () => {
    const started = (launchedAt: number) => routed([instance({ id: 1, tags: SHOP, launchedAt })]).entries;
    expect(started(NOW - 50)).not.toEqual(started(NOW - 10));
  });
});

test('rules of one path are adjacent, and paths of one length are in alphabetical order', () => {
  const at = (id: number, path: string, match = '') =>
    instance({ id, tags: { ...WEB, 'proxy:path': path, ...(match === '' ? {} : { 'proxy:match': match }) } });
  const fleet = [at(1, '/b', 'method=GET'), at(2, '/a'), at(3, '/b'), at(4, '/c'), at(5, '/a', 'method=GET')];
  const entry = entryFor('shop', routed(fleet));
  const rules = entry && isServing(entry) ? entry.rules : [];
  expect(rules.map(({ path, conditions }) => [path, conditions.length])).toEqual([
    ['/a', 1],
    ['/a', 0],
    ['/b', 1],
    ['/b', 0],
    ['/c', 0],
  ]);
});

test('an exact path comes before a longer prefix, for any order of input', () => {
  const [exact, prefix] = ['=/a', '/a/b/c'].map((path) => ({ ...WEB, 'proxy:path': path }));
  for (const [first = {}, second = {}] of [
    [exact, prefix],
    [prefix, exact],
  ]) {
    const fleet = [instance({ id: 1, tags: first }), instance({ id: 2, tags: second })];
    expect(entryFor('shop', routed(fleet))).toMatchObject({ rules: [{ path: '=/a' }, { path: '/a/b/c' }] });
  }
});

describe('a lease', () => {
  const leased = (now: number) =>
    entryFor(
      'shop',
      routed([instance({ id: 1, tags: { ...SHOP, 'proxy:ttl': '1h' }, launchedAt: NOW })], { now }),
    );

  test('is in the entry, for the router to check', () => expect(leased(NOW)?.expiresAt).toBe(NOW + 3600));

  test.each([
    [3599, 'live'],
    [3600, undefined],
  ])('of an hour leaves the name %i s after launch in state %s', (seconds, state) => {
    expect(leased(NOW + seconds)?.state).toBe(state);
  });

  test('of a group lasts as long as its last member', () => {
    const fleet = ['1h', '3h', '2h'].map((ttl, at) =>
      instance({ id: at + 1, tags: { ...WEB, 'proxy:ttl': ttl }, launchedAt: NOW }),
    );
    expect(entryFor('shop', routed(fleet))?.expiresAt).toBe(NOW + 3 * 3600);
    const without = instance({ id: 4, tags: WEB, launchedAt: NOW });
    expect(entryFor('shop', routed([...fleet, without]))?.expiresAt).toBeUndefined();
  });
});

describe('a name with two claims', () => {
  test('stays with its holder even if that is younger, and moves when the holder gives it up', () => {
    const other = instance({ id: 1, tags: SHOP });
    const holder = instance({ id: 2, tags: SHOP });
    const incumbents = heldBy({ shop: [2] });
    expect(ids(entryFor('shop', routed([other, holder], { incumbents })))).toEqual([2]);
    const retagged = { ...holder, tags: { 'proxy:host': 'cart' } };
    expect(ids(entryFor('shop', routed([other, retagged], { incumbents })))).toEqual([1]);
  });

  test('is reported once to each loser, with the holder and the name', () => {
    const twice = { ...SHOP, 'proxy:b:host': 'shop', 'proxy:b:path': '/b' };
    const { problems } = routed([instance({ id: 1, tags: SHOP }), instance({ id: 2, tags: twice })]);
    expect(problems).toEqual([
      {
        ...{ code: 'name-taken', instance: idOf(2), tag: 'proxy:host', found: idOf(1) },
        hostnames: ['shop.dev.example.com'],
        remedy: 'choose another name, or give both the same proxy:group in one account',
        message: `${idOf(2)} claims shop.dev.example.com, which already belongs to ${idOf(1)}; choose another name, or give both the same proxy:group in one account`,
      },
    ]);
  });

  test('names two members of a large group', () => {
    const { problems } = routed([...pool(1, 9, 'running'), instance({ id: 10, tags: SHOP })]);
    expect(problems[0]?.message).toContain(`which already belongs to ${idOf(1)}, ${idOf(2)} and 7 others; `);
  });

  test('is known from the instances of its entry', () => {
    const { entries } = routed(pool(1, 2, 'running'));
    expect(incumbentsOf(entries)).toEqual(heldBy({ shop: [1, 2] }));
  });
});

describe('an instance that is listed twice', () => {
  const reading = (state: 'running' | 'stopped') => instance({ id: 1, state, tags: WEB });

  test('counts once, as in the last listing', () => {
    const { entries, problems } = routed([reading('running'), reading('stopped')]);
    expect(entries).toEqual(routed([reading('stopped')]).entries);
    expect(problems).toEqual([]);
    expect(routed([reading('stopped'), reading('running')]).entries).toEqual(
      routed([reading('running')]).entries,
    );
  });

  test('does not form a pool with itself', () => {
    const entry = entryFor('shop', routed([reading('running'), reading('running')]));
    expect(entry).toMatchObject({ rules: [{ to: [{ instance: 0 }] }] });
    expect(ids(entry)).toEqual([1]);
  });
});

describe('a group too large for one value', () => {
  test('keeps its oldest members, and all others get a problem', () => {
    const { entries, problems } = routed(pool(1, 20, 'running'));
    const [entry] = [...entries.values()] as [Entry];
    const kept = entry.instances.length;
    expect(ids(entry)).toEqual(numbers(1, kept));
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(problems.map((each) => each.instance)).toEqual(numbers(kept + 1, 20).map(idOf));
    expect(problems[0]?.message).toBe(
      `${idOf(kept + 1)} does not fit into the 1 KB that CloudFront allows for shop.dev.example.com; spread the instances over two names`,
    );
  });

  test('loses no more members than necessary', () => {
    const [entry] = [...routed(pool(1, 20, 'running')).entries.values()] as [Entry];
    const kept = entry.instances.length;
    const [larger] = [...routed(pool(1, kept, 'running')).entries.values()] as [Entry];
    expect(bytesOf(larger)).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(bytesOf(larger) + 2 * idOf(1).length).toBeGreaterThan(LIMITS.valueBytes - 100);
  });

  test('is served by its running member, no matter how many older ones sleep', () => {
    const { entries, problems } = routed([...pool(1, 60, 'stopped'), ...pool(61, 61, 'running')]);
    expect(ids([...entries.values()][0])).toEqual([61]);
    expect(problems).toEqual([]);
  });

  test('causes no more work when it is enormous', () => {
    const { entries, problems } = routed(pool(1, 5000, 'running'));
    expect([...entries.values()].every(isServing)).toBe(true);
    expect(problems.length).toBeGreaterThan(4900);
  });

  test('stays asleep if all members sleep', () => {
    const [entry] = [...routed(pool(1, 60, 'stopped')).entries.values()] as [Entry];
    expect(entry.state).toBe('asleep');
    expect(bytesOf(entry)).toBeLessThanOrEqual(LIMITS.valueBytes);
  });
});

test('an entry has room for any sequence number, with paths of every length', () => {
  const sizes = Array.from({ length: 190 }, (_, length) => {
    const routes = [0, 1, 2, 3, 4].flatMap((n) => [
      [`proxy:r${n}:host`, 'shop'],
      [`proxy:r${n}:path`, `/${n}${'x'.repeat(length)}`],
    ]);
    const entry = entryFor('shop', routed([instance({ id: 1, tags: Object.fromEntries(routes) })]));
    return entry?.state === 'live' ? bytesOf(entry) : 0;
  });
  const largest = Math.max(...sizes);
  expect(largest).toBeLessThanOrEqual(LIMITS.valueBytes);
  // The limit is tight: without the room for a sequence number, five more letters would fit.
  expect(largest).toBeGreaterThan(LIMITS.valueBytes - 5);
  expect(sizes).toContain(0);
});
