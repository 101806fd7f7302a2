import fc from 'fast-check';
import type { Address } from '../../../core/address.ts';
import type { Access } from '../../../core/entry/access.ts';
import type { Entry, Target } from '../../../core/entry/entry.ts';
import type { Backend, ClosedState, Condition, Rule } from '../../../core/entry/rule.ts';
import { INSTANCE_STATES, type Instance } from '../../../core/instance.ts';
import { TAGS } from '../../../core/tags/tags.ts';
import { idOf, instance, NOW, publicNameOf } from './instances.ts';

/** CI tries every law with more cases than a laptop; `RUNS=20000` sets the number. */
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  numRuns: Number(process.env['RUNS'] ?? (process.env['CI'] === 'true' ? 500 : 100)),
});

/** Text that often breaks parsers: names of prototype members, blanks, control characters, other scripts, lone surrogates. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    '*',
    '*.',
    '.',
    '..',
    '-',
    '%',
    '%zz',
    '=',
    '/',
  ),
  fc.constantFrom(
    'null',
    '[1]',
    '{"e":1}',
    'a\r\nb',
    '\u0000',
    '\u202e',
    '\ud800',
    'ＳＨＯＰ',
    '\u212a',
    '𝒔𝒉𝒐𝒑',
    '1e9',
    '-0',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const someText = fc
  .oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), hostileText)
  .filter((text) => text !== '');
/** Deployments, ids and names are words of a value: ASCII without a blank. */
const someWord = someText.filter((text) => /^[!-~]+$/.test(text));
const token = fc.stringMatching(/^[\w-]{0,20}$/);
/** Epoch seconds up to the last one of a Date. */
const time = fc.nat({ max: 8_640_000_000_000 });
const expiresAt = time.map((seconds) => Math.max(seconds, 1));

const member = fc.record({ id: someWord, launchedAt: time });
export const anyAccess: fc.Arbitrary<Access> = fc.oneof(
  fc.constantFrom('public' as const, 'open' as const),
  fc.record(
    { since: fc.maxSafeNat(), rule: fc.constantFrom('-', 'group:devs', '*@example.com,alice@example.com') },
    { requiredKeys: ['since'] },
  ),
);
export const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  someWord.filter((word) => !/^(?:6:|@)/.test(word)).map((name) => ({ via: 'ipv4' as const, name })),
  someWord.map((name) => ({ via: 'ipv6' as const, name })),
  someWord.map((origin) => ({ via: 'vpc' as const, origin })),
);
const target: fc.Arbitrary<Target> = fc.record({ id: someWord, launchedAt: time, address: anyAddress });
const port = fc.oneof(fc.constantFrom(80, 443, 1024, 65_535), fc.integer({ min: 1024, max: 65_535 }));
const weight = fc.oneof(fc.constantFrom(0, 1, 1000), fc.nat({ max: 1000 }));

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ on: fc.constant('method' as const), value: someText }),
  fc.record({ on: fc.constantFrom('header' as const, 'query' as const), name: someText, value: someText }),
);

const closedState: fc.Arbitrary<ClosedState> = fc.constantFrom(
  'starting',
  'asleep',
  'waking',
  'maintenance',
  'conflict',
);

function backends(instances: number): fc.Arbitrary<Backend[]> {
  const backend = fc.record({ instance: fc.nat({ max: instances - 1 }), port, weight });
  const even = port.map((each) =>
    Array.from({ length: instances }, (_, at) => ({ instance: at, port: each, weight: 1 })),
  );
  return fc.oneof(even, fc.array(backend, { minLength: 1, maxLength: 4 }));
}

/** The rules of one path, which differ in their conditions. */
function rulesOfPath(instances: number, path: string): fc.Arbitrary<Rule[]> {
  const to = instances === 0 ? closedState : fc.oneof(closedState, backends(instances));
  const rule = fc.record(
    {
      path: fc.constant(path),
      to,
      conditions: fc.array(condition, { maxLength: 3 }),
      strip: fc.boolean(),
      certName: someText,
      sticky: someText,
      timeout: fc.integer({ min: 1, max: 120 }),
    },
    { requiredKeys: ['path', 'to', 'conditions', 'strip'] },
  );
  return fc.array(rule, { minLength: 1, maxLength: 3 });
}

const path = fc
  .tuple(fc.constantFrom('', '='), fc.oneof(fc.constantFrom('', 'api', 'api/v1'), hostileText))
  .map(([exact, rest]) => `${exact}/${rest}`);

function rules(instances: number): fc.Arbitrary<Rule[]> {
  return fc
    .uniqueArray(path, { maxLength: 4 })
    .chain((paths) => fc.tuple(...paths.map((each) => rulesOfPath(instances, each))))
    .map((each) => each.flat());
}

const facts = { access: anyAccess, deployment: someWord, sequence: fc.maxSafeNat() };
const requiredKeys = ['access', 'deployment', 'sequence', 'state', 'instances'] as const;

/** Every entry that the type allows, of any size. */
export const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record(
    {
      ...{ ...facts, state: closedState, instances: fc.array(member, { maxLength: 4 }) },
      ...{ expiresAt, claimEndsAt: expiresAt },
    },
    { requiredKeys: [...requiredKeys] },
  ),
  fc.array(target, { maxLength: 4 }).chain((instances) =>
    fc.record(
      {
        ...facts,
        state: fc.constantFrom('live' as const, 'draining' as const),
        instances: fc.constant(instances),
        rules: rules(instances.length),
        token,
        expiresAt,
      },
      { requiredKeys: [...requiredKeys, 'rules', 'token'] },
    ),
  ),
);

const examples = Object.entries(TAGS).map(([attribute, { example }]) => [attribute, example] as const);
const label = fc.constantFrom('shop', 'cart', 'docs', 'api', '*.shop', 'SHOP', 'shop.dev.example.com');

/** A tag that a person might set, usually a valid one. */
const tag: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('proxy:host', 'proxy:api:host'), label) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...examples), fc.constantFrom('proxy:', 'proxy:api:'))
      .map(([[attribute, example], prefix]) => [prefix + attribute, example] as const),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(...Object.keys(TAGS)).map((each) => `proxy:${each}`),
      hostileText,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      hostileText.map((text) => `proxy:${text}`),
      hostileText,
    ),
  },
  { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) },
);

/** The tags of one instance. */
export const tagSet: fc.Arbitrary<Record<string, string>> = fc
  .array(tag, { maxLength: 7 })
  .map((pairs) => Object.fromEntries(pairs));

/** Instance number `id` in any state, with any tags. */
export function anyInstance(id: number, tags = tagSet): fc.Arbitrary<Instance> {
  return fc
    .record({
      tags,
      state: fc.oneof(fc.constant('running' as const), fc.constantFrom(...INSTANCE_STATES)),
      launchedAt: fc.integer({ min: NOW - 20_000, max: NOW }),
      publicName: fc.constantFrom(publicNameOf(id), publicNameOf(id), null),
      account: fc.constantFrom('111122223333', '444455556666'),
    })
    .map((sketch) => instance({ id, ...sketch }));
}

/** Instances with different ids that claim some of the same names. */
export const anyFleet: fc.Arbitrary<Instance[]> = fc
  .integer({ min: 0, max: 6 })
  .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => anyInstance(index + 1))));

/** Hostname → the ids of the instances that hold it; some of them no longer exist. */
export const anyIncumbents: fc.Arbitrary<ReadonlyMap<string, readonly string[]>> = fc
  .dictionary(
    fc.constantFrom('shop', 'cart', 'docs', 'api').map((each) => `${each}.dev.example.com`),
    fc.uniqueArray(fc.integer({ min: 1, max: 9 }).map(idOf), { maxLength: 3 }),
  )
  .map((holders) => new Map(Object.entries(holders)));
