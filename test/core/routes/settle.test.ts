import { describe, expect, test } from 'vitest';
import { isServing } from '../../../core/entry/entry.ts';
import type { Instance } from '../../../core/instance.ts';
import { incumbentsOf } from '../../../core/routes/route.ts';
import { entryFor, heldBy, idOf, instance, NOW, routed } from '../../support/values/instances.ts';

const SHOP = { 'proxy:host': 'shop' };
const WEB = { ...SHOP, 'proxy:group': 'web' };
const API = { ...SHOP, 'proxy:group': 'api' };

const numberOf = (id: string) => Number.parseInt(id.slice(2), 16);

/** The holders of `shop` after each of several listings, and the instances with a problem in the last one. */
function lives(...looks: readonly (readonly Instance[])[]) {
  let incumbents = heldBy({});
  let told: readonly string[] = [];
  const holders = looks.map((fleet) => {
    const { entries, problems } = routed(fleet, { incumbents });
    incumbents = new Map(incumbentsOf(entries));
    told = problems.map((problem) => problem.instance);
    return (entries.get('shop.dev.example.com')?.instances ?? []).map(({ id }) => numberOf(id));
  });
  return { holders, told: told.map(numberOf) };
}

/** Instances `from` to `to`; a lower number is older. */
const several = (from: number, to: number, tags: Record<string, string>) =>
  Array.from({ length: to - from + 1 }, (_, at) => instance({ id: from + at, tags }));

test('an instance that claims one name with and without a group keeps it in the form in which it got it', () => {
  const both = instance({
    id: 1,
    tags: { ...SHOP, 'proxy:api:host': 'shop', 'proxy:api:group': 'web', 'proxy:api:maintenance': 'on' },
  });
  const first = routed([both]).entries;
  expect(routed([both], { incumbents: incumbentsOf(first) }).entries).toEqual(first);
});

describe('a shared name', () => {
  const young = instance({ id: 5, tags: WEB });
  const older = (tags: Record<string, string>) => instance({ id: 1, tags });

  test('stays with the group when an older instance joins it and leaves it again', () => {
    const { holders, told } = lives([young], [older(WEB), young], [older(SHOP), young]);
    expect(holders).toEqual([[5], [5, 1], [5]]);
    expect(told).toEqual([1]);
  });

  test('stays with the group when an older instance leaves it for another group', () => {
    expect(lives([young], [older(WEB), young], [older(API), young]).holders.at(-1)).toEqual([5]);
  });

  test('stays with the second of a pair when the first leaves the group', () => {
    const { holders } = lives([older(WEB)], [older(WEB), young], [older(SHOP), young]);
    expect(holders.at(-1)).toEqual([5]);
  });

  test('stays with nine of ten when the oldest leaves the group', () => {
    const { holders, told } = lives(several(1, 10, WEB), [older(SHOP), ...several(2, 10, WEB)]);
    expect(holders.at(-1)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told).toEqual([1]);
  });

  test('moves with most of a group when they leave together', () => {
    const { holders } = lives(several(1, 3, WEB), [older(WEB), ...several(2, 3, API)]);
    expect(holders.at(-1)).toEqual([2, 3]);
  });

  test('stays with the oldest member of a dissolved group', () => {
    const { holders, told } = lives(several(1, 3, WEB), several(1, 3, SHOP));
    expect(holders.at(-1)).toEqual([1]);
    expect(told).toEqual([2, 3]);
  });

  test('stays with its holders, even if older instances wait for it', () => {
    const waiting = several(1, 4, API);
    const { holders } = lives(several(5, 6, WEB), [...waiting, ...several(5, 6, WEB)]);
    expect(holders.at(-1)).toEqual([5, 6]);
  });

  test('goes to the oldest claimant if it is free, even against a group', () => {
    expect(lives([older(SHOP), ...several(2, 9, WEB)]).holders).toEqual([[1]]);
  });
});

test('an instance with a valid route gets no problem for an invalid one of another group', () => {
  const tags = { ...WEB, 'proxy:x:host': 'shop', 'proxy:x:group': 'api', 'proxy:x:port': '22' };
  const { problems } = routed([instance({ id: 1, tags })], {
    incumbents: heldBy({ shop: [1] }),
    claimEndOf: () => NOW + 60,
  });
  expect(problems.map(({ tag }) => tag)).toEqual(['proxy:x:port']);
});

test('an instance whose routes name two groups for one name always keeps the first', () => {
  const torn = instance({
    id: 1,
    tags: { ...SHOP, 'proxy:x:host': 'shop', 'proxy:x:path': '/x', 'proxy:x:group': 'web' },
  });
  const { entries, problems } = routed([torn]);
  expect(entryFor('shop', { entries })).toMatchObject({ rules: [{ path: '/' }] });
  expect(problems.map((problem) => problem.instance)).toEqual([idOf(1)]);
  expect(routed([torn], { incumbents: incumbentsOf(entries) }).entries).toEqual(entries);
});

describe('members that disagree', () => {
  const strip = { ...WEB, 'proxy:path': '/x', 'proxy:strip-path': 'on' };
  const plain = { ...WEB, 'proxy:path': '/x' };

  test('follow the one that has had the name longest, even if an older one joins', () => {
    const fleet = [instance({ id: 1, tags: strip }), instance({ id: 2, tags: plain })];
    const desired = routed(fleet, { incumbents: heldBy({ shop: [2] }) });
    expect(entryFor('shop', desired)).toMatchObject({ rules: [{ path: '/x', strip: false }] });
    expect(desired.problems.map((problem) => problem.instance)).toEqual([idOf(1)]);
  });

  test('follow one that serves rather than one that sleeps', () => {
    const fleet = [instance({ id: 1, tags: strip, state: 'stopped' }), instance({ id: 2, tags: plain })];
    expect(entryFor('shop', routed(fleet))).toMatchObject({ rules: [{ path: '/x', strip: false }] });
  });
});

describe('a member with more rules than one value holds', () => {
  const long = (from: number, count: number, length = 150) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => `r${from + at}`).flatMap((name) => [
        [`proxy:${name}:host`, 'shop'],
        [`proxy:${name}:path`, `/${name.padEnd(length - 1, name)}`],
      ]),
    );
  const paths = (desired: ReturnType<typeof routed>) => {
    const entry = entryFor('shop', desired);
    return entry && isServing(entry) ? entry.rules.length : 0;
  };

  test('is left out and gets a problem, even if it is the oldest', () => {
    const fleet = [instance({ id: 1, tags: { ...WEB, ...long(1, 8) } }), instance({ id: 2, tags: WEB })];
    for (const incumbents of [heldBy({}), heldBy({ shop: [2] }), heldBy({ shop: [1, 2] })]) {
      const desired = routed(fleet, { incumbents });
      expect(entryFor('shop', desired)).toMatchObject({ state: 'live', instances: [{ id: idOf(2) }] });
      expect(desired.problems).toEqual([
        {
          ...{ code: 'no-room', instance: idOf(1), tag: '', remedy: 'use fewer or shorter paths' },
          hostnames: ['shop.dev.example.com'],
          message: `${idOf(1)} does not fit into the 1 KB that CloudFront allows for shop.dev.example.com; use fewer or shorter paths`,
        },
      ]);
    }
  });

  test('does not displace the members after it', () => {
    const fleet = [instance({ id: 1, tags: { ...WEB, ...long(1, 8) } }), ...several(2, 6, WEB)];
    expect(lives(fleet).holders).toEqual([[2, 3, 4, 5, 6]]);
  });

  test('stays out if it fits only alone and another one has the name', () => {
    const heavy = instance({ id: 1, tags: { ...WEB, ...long(1, 5) } });
    const holder = instance({ id: 2, tags: { ...WEB, ...long(6, 3) } });
    expect(lives([holder], [heavy, holder])).toEqual({ holders: [[2], [2]], told: [1] });
    expect(lives([heavy]).holders).toEqual([[1]]);
  });

  test('keeps its place before newcomers with fewer rules as long as it fits', () => {
    const holder = instance({ id: 99, tags: { ...WEB, ...long(1, 5) } });
    const { holders, told } = lives([holder], [...several(1, 9, WEB), holder]);
    expect(holders.at(-1)?.[0]).toBe(99);
    expect(told.length).toBeGreaterThan(5);
  });

  test('comes before sleeping members, even if those have fewer rules', () => {
    const serving = instance({ id: 9, tags: { ...WEB, ...long(1, 1) } });
    const sleeping = [...'abcdef'].map((letter, at) =>
      instance({ id: at + 1, state: 'stopped', tags: { ...WEB, 'proxy:path': `/${letter.repeat(190)}` } }),
    );
    const entry = entryFor('shop', routed([...sleeping, serving]));
    expect(entry).toMatchObject({ state: 'live', instances: [{ id: idOf(9) }] });
  });

  test('is admitted by its rank, for any order of input', () => {
    const first = instance({ id: 1, tags: { ...WEB, 'proxy:x:host': 'shop', 'proxy:x:path': '/x' } });
    const { holders } = lives(several(1, 2, WEB), [first, ...several(2, 30, WEB)]);
    expect(holders.at(-1)?.slice(0, 3)).toEqual([1, 2, 3]);
    expect(holders.at(-1)?.length).toBeLessThan(30);
  });

  test('is skipped if its only route is too long for the remaining room', () => {
    const holders = several(10, 17, WEB);
    const tooLong = [...'abc'].map((letter, at) =>
      instance({ id: at + 1, tags: { ...WEB, 'proxy:path': `/${letter.repeat(190)}` } }),
    );
    const late = instance({ id: 20, tags: WEB });
    const { holders: told, told: out } = lives(holders, [...tooLong, ...holders, late]);
    expect(told.at(-1)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 20]);
    expect(out).toEqual([1, 2, 3]);
  });

  test('is overtaken by members that need less room', () => {
    const heavy = instance({ id: 1, tags: { ...WEB, ...long(1, 5) } });
    const holder = instance({ id: 9, tags: { ...WEB, ...long(6, 3) } });
    const light = several(2, 3, WEB);
    expect(lives([holder], [heavy, ...light, holder])).toEqual({ holders: [[9], [9, 2, 3]], told: [1] });
  });

  test('gives way to the other holders if it was first and added rules later', () => {
    const before = several(1, 9, WEB);
    const after = [instance({ id: 1, tags: { ...WEB, ...long(1, 4) } }), ...before.slice(1)];
    expect(lives(before, after)).toEqual({
      holders: [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [2, 3, 4, 5, 6, 7, 8, 9],
      ],
      told: [1],
    });
  });

  test('closes the name only if it is its only holder, and keeps it', () => {
    const alone = instance({ id: 3, tags: { ...SHOP, ...long(1, 8) } });
    const desired = routed([instance({ id: 1, tags: SHOP }), alone], { incumbents: heldBy({ shop: [3] }) });
    expect(entryFor('shop', desired)).toMatchObject({ state: 'conflict', instances: [{ id: idOf(3) }] });
    expect(paths(routed([instance({ id: 3, tags: { ...SHOP, ...long(1, 4) } })]))).toBe(5);
  });

  test('closes the name for the first alone if all of several members are too large', () => {
    const fleet = several(1, 3, { ...WEB, ...long(1, 8) });
    const desired = routed(fleet, { incumbents: heldBy({ shop: [2] }) });
    expect(entryFor('shop', desired)).toMatchObject({ state: 'conflict' });
    expect(entryFor('shop', desired)?.instances.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(desired.problems.map((problem) => numberOf(problem.instance)).sort()).toEqual([1, 2, 3]);
  });
});

test('the names of sleeping members are the same when they are settled again, for any earlier holder', () => {
  const closed = (id: number, strip: string) =>
    instance({ id, state: 'stopped', tags: { ...WEB, 'proxy:path': '/x', 'proxy:strip-path': strip } });
  const fleet = [closed(1, 'on'), closed(2, 'off'), instance({ id: 3, tags: WEB })];
  const { entries } = routed(fleet, { incumbents: heldBy({ shop: [2, 1] }) });
  expect(routed(fleet, { incumbents: incumbentsOf(entries) }).entries).toEqual(entries);
});

test('an entry has its instances in the order of their arrival, so that a cold start knows it', () => {
  const fleet = several(1, 3, WEB);
  const { entries } = routed(fleet, { incumbents: heldBy({ shop: [3, 1] }) });
  const entry = entries.get('shop.dev.example.com');
  expect(entry?.instances.map(({ id }) => numberOf(id))).toEqual([3, 1, 2]);
  const again = routed(fleet.toReversed(), { incumbents: incumbentsOf(entries) });
  expect(again.entries.get('shop.dev.example.com')).toEqual(entry);
});
