import { beforeAll, describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { baselineRouter, benchSignIn, requestCosts, slowerCosts } from '../bench/router/router.ts';
import { DOMAIN } from '../bench/router/router-cases.ts';
import { costsOfEach, MOST, shapesOf, type Tried } from '../bench/router/worst.ts';
import { BUILDS, type Build, entriesOf, storeOf } from '../bench/router/worst-entries.ts';
import { njsPath, valgrindPath } from '../support/tools/njs.ts';

const njs = njsPath();
const valgrind = valgrindPath();
const { requests: baseline = [], signIn } = baselineRouter('test/bench/baseline.json') ?? {};
const signInBaseline = signIn?.requests ?? [];

/** Counts instructions instead of time, because their number is the same on every machine. */
describe.skipIf(njs === undefined || valgrind === undefined).each(Object.keys(BUILDS) as Build[])(
  'the most expensive known request, %s',
  (build) => {
    const code = BUILDS[build]();
    const entries = entriesOf(build).map((entry) => ({
      ...{ name: entry.name, kvs: storeOf(entry, build), shapes: shapesOf(entry, build) },
    }));
    const triedBy = new Map<string, Tried[]>();
    beforeAll(() => {
      if (njs === undefined || valgrind === undefined) throw new Error('skipped');
      const tried = costsOfEach({ njs, valgrind }, code, entries);
      for (const [at, { name }] of entries.entries()) triedBy.set(name, tried[at] ?? []);
    }, 600_000);

    test.each(entries)(
      `takes at most ${MOST[build]} times as many instructions as the cheapest served one: $name`,
      ({ name, shapes }) => {
        const tried = triedBy.get(name) ?? [];
        expect(tried.map(({ shape }) => shape)).toEqual(shapes);
        const cheapest = Math.min(...tried.filter(({ served }) => served).map((each) => each.instructions));
        const dear = tried.filter(({ instructions }) => instructions > MOST[build] * cheapest);
        expect(dear.map(({ shape, instructions }) => [instructions / cheapest, shape])).toEqual([]);
      },
    );
  },
);

describe.skipIf(njs === undefined || valgrind === undefined)('the built router', () => {
  test('takes at most 3 % more instructions for each kind of request than the committed baseline', () => {
    if (njs === undefined || valgrind === undefined) throw new Error('skipped');
    const costs = requestCosts({ njs, valgrind }, buildEdge({ baseDomain: DOMAIN }));
    expect(costs.map(({ name }) => name)).toEqual(baseline.map(({ name }) => name));
    expect(slowerCosts(costs, baseline), 'to accept: npm run bench -- --only router --write').toEqual([]);
  }, 120_000);

  test('with sign-in takes at most 3 % more instructions, and for the worst honest request twice as many as for a session', () => {
    if (njs === undefined || valgrind === undefined) throw new Error('skipped');
    const { requests } = benchSignIn({ njs, valgrind });
    expect(requests.map(({ name }) => name)).toEqual(signInBaseline.map(({ name }) => name));
    expect(
      slowerCosts(requests, signInBaseline),
      'to accept: npm run bench -- --only router --write',
    ).toEqual([]);
    const costOf = (request: string) => requests.find(({ name }) => name === request)?.instructions;
    expect(costOf('a session after two that are invalid')).toBeLessThan(2 * (costOf('a session') ?? 0));
    expect(costOf('three invalid sessions and three keys')).toBeLessThan(3 * (costOf('a session') ?? 0));
  }, 120_000);
});

describe('the comparison with the baseline', () => {
  const before = [{ name: 'a request', instructions: 10_000 }];

  test('accepts 3 % more, and any less', () => {
    for (const instructions of [10_300, 10_000, 1])
      expect(slowerCosts([{ name: 'a request', instructions }], before)).toEqual([]);
  });

  test('names a request that takes more', () => {
    expect(slowerCosts([{ name: 'a request', instructions: 10_301 }], before)).toEqual([
      'a request: 10000 → 10301 instructions (+3.0 %)',
    ]);
  });
});
