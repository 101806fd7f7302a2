import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, test, vi } from 'vitest';
import type { Instance } from '../../../core/instance.ts';
import { withMends } from '../../../core/mends/mends.ts';
import type { Problem, TagChange } from '../../../core/problem.ts';
import { buildRoutes } from '../../../core/routes/route.ts';
import { listProblems } from '../../../core/routes/route-problems.ts';
import { completeSettings, type Settings } from '../../../core/settings/settings.ts';
import { TAGS } from '../../../core/tags/tags.ts';
import { instance } from '../../support/values/instances.ts';

type Tags = Readonly<Record<string, string>>;

const SETTINGS = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com' });
const SIGN_IN = { ...SETTINGS, signIn: { groups: ['devs', 'operators'] } };
const RESERVED = {
  ...SETTINGS,
  claims: [{ names: ['shop', 'shop-*'], accounts: ['999999999999'] }],
} as const;

/** The problems of running instances with these tags in launch order, each with its mend. */
function examine(fleet: readonly Instance[], settings: Settings) {
  const { entries, problems } = buildRoutes(fleet, {
    ...{ settings, now: 1_795_435_439, tokenOf: () => '', incumbents: new Map() },
  });
  const find = (id: string) => fleet.find((each) => each.id === id);
  return { entries, problems: withMends(listProblems(problems), { settings, find, entries, distance }) };
}

const fleetOf = (...tags: Tags[]) =>
  tags.map((each, at) => instance({ id: at + 1, launchedAt: 1_795_000_000 + at, tags: each }));

/** The mends of the last of these instances. */
function mendsOf(settings: Settings, ...tags: Tags[]): (TagChange | undefined)[] {
  const fleet = fleetOf(...tags);
  const { problems } = examine(fleet, settings);
  return problems.filter((each) => each.instance === fleet.at(-1)?.id).map(({ mend }) => mend);
}

const set = (key: string, value: string) => ({ set: { key: `proxy:${key}`, value } });

describe('the change that mends a problem of one instance', () => {
  test.each<[string, Tags, TagChange | undefined]>([
    ['corrects a key', { 'proxy:hsot': 'shop' }, { ...set('host', 'shop'), remove: 'proxy:hsot' }],
    [
      'corrects a key and its value',
      { 'proxy:host': 'shop', 'proxy:prot': '80a' },
      { ...set('port', '80'), remove: 'proxy:prot' },
    ],
    [
      'takes a key away if the right one is there',
      { 'proxy:host': 'cart', 'proxy:hots': 'shop api' },
      { remove: 'proxy:hots' },
    ],
    [
      'takes a key away that is like none',
      { 'proxy:host': 'shop', 'proxy:xyz': '' },
      { remove: 'proxy:xyz' },
    ],
    [
      'keeps the route of a key',
      { 'proxy:Web:host': 'shop' },
      { ...set('web:host', 'shop'), remove: 'proxy:Web:host' },
    ],
    [
      'moves a tag of the whole instance',
      { 'proxy:host': 'shop', 'proxy:web:address': 'ipv6' },
      { ...set('address', 'ipv6'), remove: 'proxy:web:address' },
    ],
    ['corrects one of two names', { 'proxy:host': 'cart shop_2' }, set('host', 'cart shop-2')],
    ['takes one of two names away', { 'proxy:host': 'cart www' }, set('host', 'cart')],
    ['numbers a reserved name', { 'proxy:host': 'www' }, set('host', 'www-2')],
    ['separates names', { 'proxy:host': 'shop,cart' }, set('host', 'shop cart')],
    ['does not add a name to a URL of another domain', { 'proxy:host': 'https://example.org/' }, undefined],
    ['corrects a port', { 'proxy:host': 'shop', 'proxy:port': ':3000' }, set('port', '3000')],
    ['corrects a method', { 'proxy:host': 'shop', 'proxy:match': 'method=get' }, set('match', 'method=GET')],
    [
      'does not join two conditions',
      { 'proxy:host': 'shop', 'proxy:match': 'header:x=a b' },
      set('match', 'header:x-env=canary'),
    ],
    ['corrects a duration', { 'proxy:host': 'shop', 'proxy:ttl': '4 Hours' }, set('ttl', '4h')],
    ['ends a maintenance', { 'proxy:host': 'a', 'proxy:maintenance': 'none' }, set('maintenance', 'off')],
    [
      'does not end a maintenance that is not clear',
      { 'proxy:host': 'a', 'proxy:maintenance': 'until Friday' },
      undefined,
    ],
    [
      'does not end a maintenance whose key is wrong, too',
      { 'proxy:host': 'a', 'proxy:maintenence': 'until Friday' },
      undefined,
    ],
    ['gives no share that is not clear', { 'proxy:host': 'a', 'proxy:weight': 'none' }, undefined],
    ['takes the path from a pattern', { 'proxy:host': 'a', 'proxy:path': '/api/*' }, set('path', '/api')],
    ['takes the whole app from a pattern', { 'proxy:host': 'a', 'proxy:path': '/*' }, set('path', '/')],
    ['opens no other paths', { 'proxy:host': 'a', 'proxy:path': '/(api|docs)' }, undefined],
    ['keeps a tag that may close an app', { 'proxy:host': 'a', 'proxy:private': 'on' }, undefined],
    [
      'keeps plain HTTP at the port for TLS',
      { 'proxy:host': 'shop', 'proxy:port': '443' },
      set('scheme', 'http'),
    ],
    [
      'adds the name on the certificate, not plain HTTP',
      { 'proxy:host': 'shop', 'proxy:scheme': 'https' },
      set('cert-name', 'origin.example.com'),
    ],
    ['shows no separator of lines', { 'proxy:host': 'shop', 'proxy:prot': '80\u2028' }, undefined],
    ['shows no control character', { 'proxy:host': 'shop', 'proxy:prot\u001b[2J': '80' }, undefined],
  ])('%s', (_, tags, mend) => {
    expect(mendsOf(SETTINGS, tags)).toEqual([mend]);
  });

  test.each<[string, Tags, TagChange | undefined]>([
    ['corrects a group', { 'proxy:host': 'shop', 'proxy:access': 'group:dev' }, set('access', 'group:devs')],
    [
      'does not open a name to more people',
      { 'proxy:host': 'shop', 'proxy:access': 'group:friends' },
      undefined,
    ],
    [
      'does not take away a rule under another key',
      { 'proxy:host': 'shop', 'proxy:only': 'operators group:devs' },
      undefined,
    ],
    ['does not take a rule for a group', { 'proxy:host': 'shop', 'proxy:groups': 'devs' }, undefined],
    ['names no person', { 'proxy:host': 'shop', 'proxy:acess': 'ann@example.com' }, undefined],
    [
      'closes a name that may not be public',
      { 'proxy:host': 'shop', 'proxy:access': 'public' },
      { remove: 'proxy:access' },
    ],
  ])('%s', (_, tags, mend) => {
    expect(mendsOf(SIGN_IN, tags)).toEqual([mend]);
  });

  test('does not open a name whose deployment has no sign-in', () => {
    expect(mendsOf(SETTINGS, { 'proxy:host': 'shop', 'proxy:access': 'group:devs' })).toEqual([undefined]);
  });

  test('suggests no name that a claim rule refuses', () => {
    expect(mendsOf(RESERVED, { 'proxy:host': 'shop' })).toEqual([undefined]);
  });
});

test('a fleet of wrong tags costs a bounded number of tries, and later runs find the other changes', () => {
  const wrong = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`proxy:r${at}:hots`, `a${at}_ b${at}_ c${at}_ d${at}_`]),
  );
  const fleet = fleetOf(...Array.from({ length: 60 }, () => wrong), { 'proxy:hsot': 'shop' });
  const { problems, entries } = buildRoutes(fleet, {
    ...{ settings: SETTINGS, now: 1_795_435_439, tokenOf: () => '', incumbents: new Map() },
  });
  const listed = listProblems(problems);
  const read = vi.fn();
  const ownKeys = (tags: Tags) => {
    read();
    return Reflect.ownKeys(tags);
  };
  const watched = new Map(
    fleet.map((each) => [each.id, { ...each, tags: new Proxy(each.tags, { ownKeys }) }]),
  );
  const find = (id: string) => watched.get(id);
  const give = () =>
    withMends(listed, { settings: SETTINGS, find, entries, distance }).find(({ tag }) => tag === 'proxy:hsot')
      ?.mend;
  expect(give()).toBeUndefined();
  expect(read.mock.calls.length).toBeLessThan(5_000);
  expect([give(), give(), give()]).toContainEqual({ ...set('host', 'shop'), remove: 'proxy:hsot' });
});

describe('a name that another instance has', () => {
  test('gets a free number, in the tag that asks for it, beside the other names', () => {
    const tags = { 'proxy:web:host': 'cart shop', 'proxy:host': 'news' };
    const [mend] = mendsOf(SETTINGS, { 'proxy:host': 'shop shop-2' }, tags);
    expect(mend).toEqual(set('web:host', 'cart shop-3'));
  });

  test('gets another number for each instance', () => {
    const { problems } = examine(fleetOf(...Array.from({ length: 4 }, () => ({ 'proxy:host': '*.shop' }))), {
      ...SETTINGS,
      depth: 2,
    });
    expect(problems.map(({ mend }) => mend?.set?.value)).toEqual(['*.shop-2', '*.shop-3', '*.shop-4']);
  });
});

const odd = fc.oneof(
  fc.constantFrom(
    'shop',
    'cart shop',
    'Shop,cart',
    'sh_op api',
    'www',
    'a.b',
    '*',
    'ann@example.com',
    '80a',
    'on',
  ),
  fc.constantFrom(
    '443',
    '/api/*',
    '=/x',
    '4 h',
    'method=get',
    'group:dev',
    'https',
    '50%',
    '',
    'cookie:a',
    '1m',
  ),
  fc.string({ maxLength: 8 }),
);
const key = fc.oneof(
  fc.constantFrom(...Object.keys(TAGS)),
  fc.constantFrom('hsot', 'prot', 'Host', 'web:host', 'web:port', 'Web:path', 'a b:host', 'acess', 'x', ''),
);
const oddTags = fc
  .dictionary(key, odd, { minKeys: 1, maxKeys: 5 })
  .map(
    (tags): Tags => Object.fromEntries(Object.entries(tags).map(([each, value]) => [`proxy:${each}`, value])),
  );

function changed(one: Instance, { set: put, remove }: TagChange): Instance {
  const kept = Object.entries(one.tags).filter(([each]) => each !== remove);
  return { ...one, tags: Object.fromEntries([...kept, ...(put ? [[put.key, put.value] as const] : [])]) };
}

test('each suggested change mends its problem, brings no wrong value, and takes nothing away', () => {
  let count = 0;
  fc.assert(
    fc.property(oddTags, oddTags, fc.constantFrom(SETTINGS, SIGN_IN), (a, b, settings) => {
      const fleet = fleetOf({ 'proxy:host': 'shop' }, a, b);
      const before = examine(fleet, settings);
      for (const { mend, message, instance: id, tag } of before.problems) {
        if (mend === undefined) continue;
        count += 1;
        const after = examine(
          fleet.map((each) => (each.id === id ? changed(each, mend) : each)),
          settings,
        );
        const others = after.problems.filter((each) => each.instance === id);
        expect(others.map((each) => each.message)).not.toContain(message);
        const isWrong = (each: Problem) => each.tag === mend.set?.key && each.code === 'bad-value';
        if (mend.set?.key !== tag) expect(others.filter(isWrong)).toEqual([]);
        for (const [hostname, { state }] of before.entries)
          if (state === 'live') expect(after.entries.get(hostname)?.state).toBe('live');
        expect(JSON.stringify(mend)).not.toMatch(/ann@|\p{C}/u);
      }
    }),
    { numRuns: 500 },
  );
  expect(count).toBeGreaterThan(500);
}, 60_000);
