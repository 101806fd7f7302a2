import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAddress } from '../../../core/address.ts';
import { decodeEntry, type Entry, encodeEntry, isServing, type Target } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import type { Rule } from '../../../core/entry/rule.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { idOf, ipv4, publicNameOf } from '../../support/values/instances.ts';
import { parseWire, withHead } from '../../support/values/wire-value.ts';

const LAUNCHED_AT = 1_795_436_239;

const member = (id: number) => ({ id: idOf(id), launchedAt: LAUNCHED_AT });
const target = (id: number) => ({ ...member(id), address: ipv4(publicNameOf(id)) });
const rule = (more: Partial<Rule> = {}): Rule => ({
  path: '/',
  to: [{ instance: 0, port: 80, weight: 1 }],
  conditions: [],
  strip: false,
  ...more,
});

/** One instance on port 80 with a token. */
const SIMPLE: Entry = {
  access: 'public',
  deployment: 'main',
  state: 'live',
  sequence: 42,
  instances: [target(25)],
  rules: [rule()],
  token: 'N6kTCdMVqlYH0PzS',
};

/** Every field that a value can have. */
const FULL: Entry = {
  ...SIMPLE,
  instances: [target(1), target(2)],
  rules: [
    rule({ path: '=/health', to: 'asleep' }),
    rule({
      path: '/api',
      to: [
        { instance: 0, port: 8080, weight: 9 },
        { instance: 1, port: 8443, weight: 1 },
      ],
      conditions: [
        { on: 'method', value: 'GET' },
        { on: 'header', name: 'x-env', value: 'canary' },
        { on: 'query', name: 'v', value: '2' },
      ],
      strip: true,
      certName: 'origin.example.com',
      sticky: 'session',
    }),
    rule(),
  ],
  expiresAt: 1_800_000_000,
};

const ASLEEP: Entry = {
  access: 'public',
  deployment: 'main',
  state: 'asleep',
  sequence: 43,
  instances: [member(25)],
};

describe('an entry and its value', () => {
  test('are equal after encoding and decoding', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
      }),
    );
  });

  test('are in ASCII, so that every engine computes the same length', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(encodeEntry(entry)).toMatch(/^[ -~]*$/);
      }),
    );
  });

  /** The worked examples of docs/inside/store-format.md. */
  test.each([
    [
      'one instance on port 80',
      SIMPLE,
      103,
      '3 p 80 N6kTCdMVqlYH0PzS ec2-203-0-113-25.compute-1.amazonaws.com i-00000000000000019 1795436239 main#16',
    ],
    ['the same instance asleep', ASLEEP, 44, '3 p A i-00000000000000019 1795436239 main#17'],
    [
      'two instances, three rules and every option',
      FULL,
      380,
      [
        '3 p [{"":-1,"=/health":"A","/api":[[[0,8080,9,1,8443,1],',
        '{"k":"session","m":[["M","GET"],["H","x-env","canary"],["Q","v","2"]],"s":1,"t":"origin.example.com"}]],',
        '"/":[[[0,80,1]]]},"N6kTCdMVqlYH0PzS",71,[13622094,3031244],1800000000] ',
        'ec2-203-0-113-1.compute-1.amazonaws.com i-00000000000000001 1795436239 ',
        'ec2-203-0-113-2.compute-1.amazonaws.com i-00000000000000002 1795436239 main#16',
      ].join(''),
    ],
  ])('have the documented form for %s', (_what, entry, bytes, value) => {
    expect(encodeEntry(entry)).toBe(value);
    expect(new TextEncoder().encode(value)).toHaveLength(bytes);
  });
});

describe('the instances of a pool', () => {
  test('follow the head at equal distances', () => {
    const pools = anyEntry.filter((entry) => isServing(entry) && entry.instances.length > 1);
    fc.assert(
      fc.property(pools, (entry) => {
        const value = encodeEntry(entry);
        const start = value.indexOf(' ', value.indexOf('['));
        const [, , width] = parseWire(value).fact as number[];
        for (const [at, { id, launchedAt, ...more }] of entry.instances.entries()) {
          const { address } = more as Target;
          const record = value.slice(start + at * (width ?? 0));
          expect(record.startsWith(` ${encodeAddress(address)} ${id} ${launchedAt} `)).toBe(true);
        }
      }),
    );
  });
});

describe('an address', () => {
  test('is in no value of a closed entry, even if the given instances have one', () => {
    const asleep: Entry = { ...ASLEEP, instances: [target(25)] };
    expect(encodeEntry(asleep)).toBe(encodeEntry(ASLEEP));
    expect(encodeEntry(asleep)).not.toContain('amazonaws');
  });

  test.each<[Entry, boolean]>([
    [SIMPLE, true],
    [{ ...SIMPLE, state: 'draining' }, true],
    [ASLEEP, false],
  ])('is in serving entries only: $state', (entry, serving) => expect(isServing(entry)).toBe(serving));
});

describe('a rule', () => {
  const to = (instance: number, port = 80, weight = 1) => ({ instance, port, weight });
  const wire = (entry: Entry) => (withHead(parseWire(encodeEntry(entry))).fact as unknown[])[0];
  const alone = (more: Partial<Rule>) => wire({ ...SIMPLE, rules: [rule(more)] });
  const pool = (more: Partial<Rule>) => wire({ ...FULL, rules: [rule(more)] });

  test('for all paths, with all instances on one port, is written as that port', () => {
    expect(alone({})).toBe(80);
    expect(pool({ to: [to(0, 3000), to(1, 3000)] })).toBe(3000);
  });

  test('for one of several paths is written under its path', () => {
    const rules = [rule({ path: '/api', to: [to(0, 3000)] }), rule()];
    expect(wire({ ...SIMPLE, rules })).toEqual({ '': 1, '/api': 3000, '/': 80 });
    expect(alone({ path: '/api' })).toEqual({ '': 1, '/api': 80 });
  });

  test.each([
    ['to one of two instances', [to(1)], [1, 80, 1]],
    ['with weights', [to(0, 80, 9), to(1)], [0, 80, 9, 1, 80, 1]],
    ['on two ports', [to(0), to(1, 81)], [0, 80, 1, 1, 81, 1]],
  ])('that leads %s names each backend', (_which, backends, flat) =>
    expect(pool({ to: backends })).toEqual([[flat]]),
  );

  test('without a backend is written as the letter of its state', () => {
    expect(alone({ to: 'asleep' })).toBe('A');
    expect(alone({ to: 'conflict', strip: true })).toEqual([['C', { s: 1 }]]);
  });
});

describe('the deployment of a value', () => {
  test.each([
    ['of this version', encodeEntry(SIMPLE), 'main'],
    ['of a later version with any content', '10 {new} (form) main-2#zz', 'main-2'],
    ['of version 1, from deployments before the first release', '[1,21,"main","A",43,0,"1 i-1"]', 'main'],
    ['of version 1 that is truncated', '[1,21,"main","A"', undefined],
    ['of version 1 whose deployment is a number', '[1,21,43,"A"]', undefined],
    ['of a hand-written text', 'https://example.com/#main', undefined],
  ])('is known or absent in a value %s', (_, value, deployment) => {
    expect(deploymentOf(value)).toBe(deployment);
  });
});
