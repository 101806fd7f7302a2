import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickOf, seedOf } from '../../../core/wire/pick.ts';
import { idOf } from '../../support/values/instances.ts';

/** 24 bits of a viewer, computed as in the router. */
const viewerOf = (name: string) =>
  Number.parseInt(createHash('md5').update(name).digest('hex').slice(0, 6), 16);

const VIEWERS = Array.from({ length: 20_000 }, (_, at) => viewerOf(`203.0.113.${at} Mozilla/5.0`));

/** The candidate for a viewer; by weight if there are weights. */
const pick = (viewer: number, seeds: readonly number[], weights?: readonly number[]) =>
  weights ? weighted(viewer, seeds, weights) : pickOf(viewer, seeds, 0);

/** The candidate of a list of backends, each an instance of its own; -1 for none. */
function weighted(viewer: number, seeds: readonly number[], weights: readonly number[], isEven?: 1): number {
  const backends = weights.flatMap((weight, instance) => [instance, 80, weight]);
  const at = pickOf(viewer, seeds, backends, isEven);
  return at < 0 ? at : at / 3;
}

/** The share of viewers of each candidate. */
function shares(seeds: readonly number[], weights?: readonly number[]): number[] {
  const counts = seeds.map(() => 0);
  for (const viewer of VIEWERS) {
    const winner = pick(viewer, seeds, weights);
    counts[winner] = (counts[winner] ?? 0) + 1;
  }
  return counts.map((count) => count / VIEWERS.length);
}

const seed = fc.integer({ min: 0, max: 0xffffff });
const viewer = fc.integer({ min: 0, max: 0xffffff });
const candidates = fc.uniqueArray(fc.tuple(seed, fc.nat({ max: 1000 })), {
  minLength: 1,
  maxLength: 10,
  selector: ([each]) => each,
});

describe('viewers', () => {
  test.each([[[1, 1]], [[1, 1, 1, 1, 1]], [[3, 1]], [[1, 10]], [[999, 1]], [[5, 3, 2]], [[0, 1, 1]]])(
    'are shared in the proportion of the weights %j',
    (weights) => {
      const seeds = weights.map((_, at) => seedOf(idOf(at + 1)));
      const total = weights.reduce((sum, weight) => sum + weight);
      shares(seeds, weights).forEach((share, at) => {
        expect(Math.abs(share - (weights[at] ?? 0) / total)).toBeLessThan(0.01);
      });
    },
  );

  test('are shared evenly for seeds that differ by one, and for any id', () => {
    for (const share of shares([1000, 1001, 1002, 1003])) expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
    const seeds = Array.from({ length: 10 }, (_, at) =>
      seedOf(`i-0123456789abcde${at.toString(16).padStart(2, '0')}`),
    );
    for (const share of shares(seeds)) expect(Math.abs(share - 0.1)).toBeLessThan(0.02);
  });

  test('move only if their own instance goes', () => {
    fc.assert(
      fc.property(candidates, viewer, fc.nat(), (all, who, which) => {
        const gone = which % all.length;
        const before =
          all[
            pick(
              who,
              all.map(([each]) => each),
              all.map(([, weight]) => weight),
            )
          ];
        const rest = all.filter((_, at) => at !== gone);
        const after =
          rest[
            pick(
              who,
              rest.map(([each]) => each),
              rest.map(([, weight]) => weight),
            )
          ];
        if (before !== all[gone]) expect(after).toBe(before);
      }),
    );
  });

  test('stay on their instance when its weight grows', () => {
    fc.assert(
      fc.property(candidates, viewer, (all, who) => {
        const seeds = all.map(([each]) => each);
        const weights = all.map(([, weight]) => weight);
        const winner = pick(who, seeds, weights);
        fc.pre(winner >= 0);
        expect(pick(who, seeds, weights.with(winner, 1001))).toBe(winner);
      }),
    );
  });
});

describe('the pick', () => {
  test('does not depend on the order of the candidates', () => {
    const shuffled = candidates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, viewer, ([one, other], who) => {
        const winner =
          one[
            pick(
              who,
              one.map(([each]) => each),
            )
          ];
        expect(
          other[
            pick(
              who,
              other.map(([each]) => each),
            )
          ],
        ).toBe(winner);
      }),
    );
  });

  test('is the same with equal weights and without weights', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(seed, { minLength: 1, maxLength: 10 }),
        viewer,
        fc.integer({ min: 1, max: 1000 }),
        (seeds, who, weight) => {
          expect(
            pick(
              who,
              seeds,
              seeds.map(() => weight),
            ),
          ).toBe(pick(who, seeds));
        },
      ),
    );
  });

  test('does not look at the weights if told that they are even', () => {
    fc.assert(
      fc.property(candidates, viewer, (all, who) => {
        const seeds = all.map(([each]) => each);
        const weights = all.map(([, weight]) => weight);
        expect(weighted(who, seeds, weights, 1)).toBe(pick(who, seeds));
      }),
    );
  });

  test('is the last backend with a weight if there is one instance', () => {
    expect(pickOf(7, 0, [0, 80, 1, 0, 8080, 1, 0, 9090, 0])).toBe(3);
  });

  test('is undefined if every weight is 0, and never has the weight 0', () => {
    fc.assert(
      fc.property(candidates, viewer, (all, who) => {
        const weights = all.map(([, weight], at) => (at % 2 === 0 ? 0 : weight));
        const winner = pick(
          who,
          all.map(([each]) => each),
          weights,
        );
        if (weights.every((weight) => weight === 0)) expect(winner).toBe(-1);
        else expect(weights[winner]).toBeGreaterThan(0);
      }),
    );
  });

  test('is the only candidate for every viewer', () => {
    fc.assert(
      fc.property(seed, viewer, fc.integer({ min: 1, max: 1000 }), (only, who, weight) => {
        for (const each of [who, only])
          expect([pickOf(who, [each], 0), weighted(who, [each], [weight])]).toEqual([0, 0]);
      }),
    );
  });

  test('distinguishes the two lowest scores', () => {
    expect([pickOf(7, [7, 6], 0), pickOf(7, [6, 7], 0)]).toEqual([1, 0]);
    expect([weighted(7, [7, 6], [1, 1]), weighted(7, [6, 7], [1, 1])]).toEqual([1, 0]);
  });

  test('is a candidate for the viewers with the lowest and the highest hash', () => {
    for (const who of [0, 0xffffff]) {
      expect([0, 1]).toContain(pick(who, [0, 0xffffff]));
      expect([0, 1]).toContain(pick(who, [0, 0xffffff], [1, 1000]));
    }
  });
});

describe('the seed of an instance', () => {
  test('has 24 bits, always the same, and differs within any pool that we know', () => {
    const seeds = Array.from({ length: 2000 }, (_, at) => seedOf(idOf(at)));
    for (const each of seeds) expect(each).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seeds)).toBeLessThanOrEqual(0xffffff);
    expect(new Set(seeds).size).toBeGreaterThanOrEqual(seeds.length - 1);
    expect(seedOf(idOf(1))).toBe(13_622_094);
  });
});
