import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { decodeEntry, encodeEntry, isServing } from '../../core/entry/entry.ts';
import { deploymentOf } from '../../core/entry/mark.ts';
import { plan } from '../../core/plan/plan.ts';
import { CLOSED_LETTERS, WHOLE_HEAD } from '../../core/wire/layout.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { parseWire, printWire, type WireValue, withHead } from '../support/values/wire-value.ts';
import { closed, live } from './support/entries.ts';
import { goldenValues, outcomeOf } from './support/golden-values.ts';
import { PLACES } from './support/router-case.ts';

const GOLDEN = goldenValues(3);

/** The value for the host of golden requests, with a wildcard that must never answer in its place. */
const store = new Map([['*.dev.example.com', encodeEntry(live('any'))]]);
const router = compileEdge(buildEdge(PLACES.domain), { read: (key) => store.get(key) });

function routed(value: string, request: string): Promise<string> {
  store.set('shop.dev.example.com', value);
  return outcomeOf(router, request);
}

describe('a value of version 3', () => {
  test.each(GOLDEN)('still means the same entry: $name', ({ value, entry }) => {
    expect(decodeEntry(value)).toEqual(entry);
    expect(encodeEntry(entry)).toBe(value);
  });

  test.each(GOLDEN)('still leads to the same instance or notice: $name', async ({ value, requests }) => {
    expect(requests).not.toEqual([]);
    for (const [request, outcome] of requests) expect(await routed(value, request), request).toBe(outcome);
  });

  test('covers every shape of an entry', () => {
    const letters = (values: readonly string[], pattern: RegExp) =>
      new Set([...values.join('\n').matchAll(pattern)].map(([, letter]) => letter));
    const values = GOLDEN.map(({ value }) => value);
    expect(letters(values, /^3 p ([A-Z])/gm)).toEqual(new Set(Object.values(CLOSED_LETTERS)));
    expect(letters(values, /[{,]"(\w)":/g)).toEqual(new Set(['k', 'm', 's', 't']));
    expect(letters(values, /\["([A-Z])","/g)).toEqual(new Set(['M', 'H', 'Q']));
  });
});

/** No release wrote these values, but deployments of earlier commits did. */
const OF_EARLIER_VERSIONS = [
  '[1,43,"main","L",42,0,80,"dZEfx-M_9yLLVO93","1795436239 i-0123456789abcdef0 ec2-203-0-113-25.compute-1.amazonaws.com"]',
  '[1,21,"main","A",43,0,"1795436239 i-0123456789abcdef0"]',
  '2 80 dZEfx-M_9yLLVO93 ec2-203-0-113-25.compute-1.amazonaws.com i-0123456789abcdef0 1795436239 main#16',
  '2 {"":1,"/api":8080,"/":80} dZEfx-M_9yLLVO93 ec2-203-0-113-25.compute-1.amazonaws.com i-0123456789abcdef0 1795436239 main#16',
  '2 [80,"",0,0,4102444800] ec2-203-0-113-25.compute-1.amazonaws.com i-0123456789abcdef0 1795436239 main#16',
  '2 A i-0123456789abcdef0 1795436239 main#17',
];

test.each(OF_EARLIER_VERSIONS)(
  'a value of an earlier version routes no viewer until a sweep rewrites it: %s',
  async (value) => {
    expect(await routed(value, 'GET /')).toBe('503 unreadable');
    expect(decodeEntry(value)).toBeUndefined();
    expect(deploymentOf(value)).toBe('main');
    const entry = { ...closed('asleep'), sequence: 0 };
    const { changes, occupied } = plan(new Map([['shop', value]]), new Map([['shop', entry]]), 'main', 43);
    expect([...changes.puts.values()]).toEqual([encodeEntry({ ...entry, sequence: 43 })]);
    expect(occupied).toEqual([]);
  },
);

/** Outcomes that reach no instance: an unknown or ambiguous path, or an ended lease. */
const ROUTES_NOBODY = ['404 unknown path', '404 expired', '400 ambiguous path'];

/** A value with a head, changed by `change`, if the entry serves. */
function later(value: string, change: (wire: WireValue) => void): string {
  const wire = withHead(parseWire(value));
  change(wire);
  return printWire(wire);
}

/** Changes each alternative of each path, for every form of rules. */
function ofEveryRule(change: (to: unknown, options: object) => unknown[]) {
  const changed = (rule: unknown) =>
    (Array.isArray(rule) ? rule : [[rule]]).map(([to, options = {}]) => change(to, options));
  return ({ fact }: WireValue): void => {
    const head = fact as unknown[];
    const rules = head[0];
    const isByPath = typeof rules === 'object' && rules !== null && !Array.isArray(rules);
    head[0] = isByPath
      ? Object.fromEntries(
          Object.entries(rules).map(([path, rule]) => [path, path === '' ? rule : changed(rule)]),
        )
      : changed(rules);
  };
}

/** One more fact than a head may have; for a closed entry, text after its letter. */
function moreFacts(wire: WireValue): void {
  if (!Array.isArray(wire.fact)) wire.fact += 'Z';
  else wire.fact = [...Array.from({ length: WHOLE_HEAD }, (_, at) => (wire.fact as unknown[])[at] ?? 0), 1];
}

function newState(wire: WireValue): void {
  if (!Array.isArray(wire.fact)) wire.fact = String(wire.fact).replace(/^./, 'Z');
  else wire.fact[0] = 'Z';
}

type News = readonly [what: string, change: (wire: WireValue) => void, decidedBefore: readonly string[]];

/** Additions of a later version to an entry, and the outcomes that the router decides before it reads them. */
const OF_ENTRIES: readonly News[] = [
  ['an unknown version', (wire) => Object.assign(wire, { version: '4' }), []],
  ['a version of two digits', (wire) => Object.assign(wire, { version: '30' }), []],
  ['an unknown state', newState, ['404 expired']],
  ['too many facts', moreFacts, []],
];

/** Additions of a later version to rules. */
const OF_RULES: readonly News[] = [
  ['an unknown option', ofEveryRule((to, options) => [to, { ...options, z: 1 }]), ROUTES_NOBODY],
  ['an unknown state', ofEveryRule((_to, options) => ['Z', options]), ROUTES_NOBODY],
  [
    'an unknown kind of condition',
    ofEveryRule((to, options) => [to, { ...options, m: [['Z', 'v', '2']] }]),
    ['404 unknown path', '404 expired'],
  ],
];

const SERVING = GOLDEN.filter(({ entry }) => isServing(entry));

test('a value with its facts in a head leads to the same instance or notice', async () => {
  for (const { name, value, requests } of GOLDEN) {
    const same = later(value, () => {});
    for (const [request, outcome] of requests) expect(await routed(same, request), name).toBe(outcome);
  }
});

describe.each([
  ...OF_ENTRIES.map(([what, ...news]) => [`an entry with ${what}`, GOLDEN, ...news] as const),
  ...OF_RULES.map(([what, ...news]) => [`an entry whose rules have ${what}`, SERVING, ...news] as const),
])('%s', (_, values, change, decidedBefore) => {
  test('is refused by the router, and no other app answers', async () => {
    for (const { name, value, requests } of values) {
      const changed = later(value, change);
      for (const [request, outcome] of requests) {
        const expected = decidedBefore.includes(outcome) ? outcome : '503 unreadable';
        expect(await routed(changed, request), `${name}: ${request}`).toBe(expected);
      }
    }
  });

  test('is unreadable for the updater, which still knows its deployment', () => {
    for (const { name, value, entry } of values) {
      const changed = later(value, change);
      expect(decodeEntry(changed), name).toBeUndefined();
      expect(deploymentOf(changed), name).toBe(entry.deployment);
    }
  });
});
