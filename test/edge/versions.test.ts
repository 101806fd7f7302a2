import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry, isServing, ownerOf } from '../../core/entry.ts';
import { FORMAT_VERSION, STATE_LETTERS } from '../../core/layout.ts';
import { buildEdge } from '../../infra/bundles/edge.ts';
import { compileEdge } from '../../local/edge/engine.ts';
import { live } from './entries.ts';
import { goldenValues, outcomeOf } from './golden-values.ts';
import { PLACES } from './router-case.ts';

const GOLDEN = goldenValues(1);

/** What stands under the host that golden requests ask for; beside it a wildcard that must never answer in its place. */
const store = new Map([['*.dev.example.com', encodeEntry(live('any'))]]);
const router = compileEdge(buildEdge(PLACES.domain), { read: (key) => store.get(key) });

function routed(value: string, request: string): Promise<string> {
  store.set('shop.dev.example.com', value);
  return outcomeOf(router, request);
}

describe('a value that version 1 wrote', () => {
  test.each(GOLDEN)('still means the same entry: $name', ({ value, entry }) => {
    expect(decodeEntry(value)).toEqual(entry);
    expect(encodeEntry(entry)).toBe(value);
  });

  test.each(GOLDEN)('still leads to the same place: $name', async ({ value, requests }) => {
    expect(requests).not.toEqual([]);
    for (const [request, outcome] of requests) expect(await routed(value, request), request).toBe(outcome);
  });

  test('is known in every shape', () => {
    const states = GOLDEN.map(({ value }) => (JSON.parse(value) as string[])[3]);
    expect(new Set(states)).toEqual(new Set(Object.values(STATE_LETTERS)));
    const all = GOLDEN.map(({ value }) => value).join('\n');
    const letters = (pattern: RegExp) => new Set([...all.matchAll(pattern)].map(([, letter]) => letter));
    expect(letters(/[{,]"(\w)":/g)).toEqual(new Set(['e', 'k', 'm', 's', 't']));
    expect(letters(/\["([A-Z])","/g)).toEqual(new Set(['M', 'H', 'Q']));
  });
});

type Wire = unknown[];

/** Outcomes for requests that no rule takes, and of leases that are over. */
const ROUTES_NOBODY = ['404 unknown path', '404 expired', '400 ambiguous path'];

/** The value with its head changed, and the head's own length put right. */
function later(value: string, change: (wire: Wire) => void): string {
  const wire = JSON.parse(value) as Wire;
  change(wire);
  // The second time with all of its digits.
  for (let i = 0; i < 2; i++) wire[1] = JSON.stringify(wire.slice(0, -1)).length - 1;
  return JSON.stringify(wire);
}

/** Changes each alternative of each path, in whatever form the rules are. */
function ofEveryRule(change: (to: unknown, options: object) => Wire) {
  const changed = (rule: unknown) =>
    (Array.isArray(rule) ? rule : [[rule]]).map(([to, options = {}]) => change(to, options));
  return (wire: Wire): void => {
    const rules = wire[6];
    const isByPath = typeof rules === 'object' && rules !== null && !Array.isArray(rules);
    wire[6] = isByPath
      ? Object.fromEntries(Object.entries(rules).map(([path, rule]) => [path, changed(rule)]))
      : changed(rules);
  };
}

type News = readonly [what: string, change: (wire: Wire) => void, decidedBefore: readonly string[]];

/** What a later version may bring to an entry, and the outcomes that are certain before it is looked at. */
const OF_ENTRIES: readonly News[] = [
  ['a later version', (wire) => wire.splice(0, 1, FORMAT_VERSION + 1), []],
  ['a version of two digits', (wire) => wire.splice(0, 1, 10), []],
  ['a state', (wire) => wire.splice(3, 1, 'Z'), ['404 expired']],
  ['an option', (wire) => wire.splice(5, 1, { ...(wire[5] as object), z: 1 }), []],
];

/** What it may bring to rules. */
const OF_RULES: readonly News[] = [
  ['an option', ofEveryRule((to, options) => [to, { ...options, z: 1 }]), ROUTES_NOBODY],
  ['a state', ofEveryRule((_to, options) => ['Z', options]), ROUTES_NOBODY],
  [
    'a kind of condition',
    ofEveryRule((to, options) => [to, { ...options, m: [['Z', 'v', '2']] }]),
    ['404 unknown path', '404 expired'],
  ],
];

const SERVING = GOLDEN.filter(({ entry }) => isServing(entry));

test('a value put together again without news leads to the same place', async () => {
  for (const { name, value, requests } of GOLDEN) {
    const same = later(value, () => {});
    for (const [request, outcome] of requests) expect(await routed(same, request), name).toBe(outcome);
  }
});

describe.each([
  ...OF_ENTRIES.map(([what, ...news]) => [`an entry with ${what}`, GOLDEN, ...news] as const),
  ...OF_RULES.map(([what, ...news]) => [`an entry whose rules have ${what}`, SERVING, ...news] as const),
])('%s that this version does not know', (_, values, change, decidedBefore) => {
  test('is refused by the router, and no other app answers', async () => {
    for (const { name, value, requests } of values) {
      const changed = later(value, change);
      for (const [request, outcome] of requests) {
        const expected = decidedBefore.includes(outcome) ? outcome : '503 unreadable';
        expect(await routed(changed, request), `${name}: ${request}`).toBe(expected);
      }
    }
  });

  test('is none to the updater, which still knows whose it is', () => {
    for (const { name, value, entry } of values) {
      const changed = later(value, change);
      expect(decodeEntry(changed), name).toBeUndefined();
      expect(ownerOf(changed), name).toBe(entry.owner);
    }
  });
});
