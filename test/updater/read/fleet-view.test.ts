import { describe, expect, test } from 'vitest';
import { NO_FACTS } from '../../../core/events/fleet-facts.ts';
import { readFleet } from '../../../updater/read/fleet-view.ts';
import type { Hints } from '../../../updater/read/hints.ts';
import { Patience } from '../../../updater/read/patience.ts';
import { MemoryClock, MemoryFleet } from '../../support/stands/memory.ts';
import { hinting } from '../../support/values/hints.ts';
import { idOf, instance, ipv6Of, NOW, type Sketch } from '../../support/values/instances.ts';

/** Asks for instance 1 at `NOW`, without any facts from events. */
const QUESTION = { ids: Promise.resolve([idOf(1)]), facts: () => NO_FACTS, now: () => NOW };

/** Reads the fleet because of a hint about instance 1; returns how often EC2 was asked about it again. */
async function readsAfter(seen: Omit<Sketch, 'id'> | undefined, more: Partial<Hints> = {}) {
  const fleet = new MemoryFleet();
  fleet.instances = seen ? [instance({ id: 1, ...seen })] : [];
  const clock = new MemoryClock(NOW * 1000);
  const hints = { ...hinting(idOf(1)), ...more };
  await readFleet({ ...QUESTION, fleet, hints, patience: new Patience(clock) });
  return fleet.calls.read;
}

const SHOP = { 'proxy:host': 'shop' };
const NAMELESS = { tags: SHOP, publicName: null, launchedAt: NOW - 10 };
const ONLY_FOUR = { ...SHOP, 'proxy:address': 'ipv4' };
const ONLY_SIX = { ...SHOP, 'proxy:address': 'ipv6' };
const RUNNING = new Set([idOf(1)]);

describe('a read of an instance that a hint names', () => {
  test.each<[string, Omit<Sketch, 'id'> | undefined, Partial<Hints>]>([
    ['runs without a public name', NAMELESS, {}],
    ['has no name 299 s after its start', { ...NAMELESS, launchedAt: NOW - 299 }, {}],
    ['may get an IPv4 name beside its IPv6 address', { ...NAMELESS, ipv6: ipv6Of(1) }, {}],
    ['has no address of the kind that its tag asks for', { ...NAMELESS, tags: ONLY_SIX }, {}],
    ['has only an address against its tag', { ...NAMELESS, ipv6: ipv6Of(1), tags: ONLY_FOUR }, {}],
    ['has no name, and also tags of others', { ...NAMELESS, tags: { ...SHOP, Name: 'web' } }, {}],
    [
      'is pending, although a notice says that it runs',
      { tags: SHOP, state: 'pending' },
      { running: RUNNING },
    ],
    ['is not listed, although a notice says that it runs', undefined, { running: RUNNING }],
  ])('is repeated, at most twice, if it %s', async (_what, seen, hints) => {
    expect(await readsAfter(seen, hints)).toBe(2);
  });

  test.each<[string, Omit<Sketch, 'id'> | undefined, Partial<Hints>]>([
    ['is up to date', { tags: SHOP }, { running: RUNNING }],
    ['can never get an IPv4 name', { ...NAMELESS, ipv6: ipv6Of(1), isIpv6Only: true }, {}],
    ['has the IPv6 address that its tag asks for', { ...NAMELESS, ipv6: ipv6Of(1), tags: ONLY_SIX }, {}],
    ['has had an IPv6 address alone for 300 s', { ...NAMELESS, ipv6: ipv6Of(1), launchedAt: NOW - 300 }, {}],
    ['has no tag of ours', { ...NAMELESS, tags: { Name: 'web' } }, {}],
    ['does not run', { ...NAMELESS, state: 'stopped' }, {}],
    ['is pending, and no notice says that it runs', { tags: SHOP, state: 'pending' }, {}],
    ['has no name 300 s after its start', { ...NAMELESS, launchedAt: NOW - 300 }, {}],
    ['is not listed, and no notice says that it runs', undefined, {}],
    ['has no name while other batches wait', NAMELESS, { backlog: true }],
  ])('is not repeated if it %s', async (_what, seen, hints) => {
    expect(await readsAfter(seen, hints)).toBe(0);
  });
});

describe('a read while a region does not answer', () => {
  async function sight(...fleet: readonly Sketch[]) {
    const memory = new MemoryFleet();
    memory.instances = fleet.map(instance);
    memory.down.add('eu-west-1');
    const hints = { ...hinting(idOf(1)), running: RUNNING };
    const patience = new Patience(new MemoryClock(NOW * 1000));
    await readFleet({ ...QUESTION, fleet: memory, hints, patience });
    return memory;
  }

  test('is not repeated elsewhere for an instance that may be in that region', async () => {
    expect((await sight()).calls.read).toBe(0);
  });

  test('is repeated in the other regions only', async () => {
    const { calls, without } = await sight({ id: 1, ...NAMELESS });
    expect(calls.read).toBe(2);
    expect(without).toContain('eu-west-1');
  });
});

describe('an instance whose death was reported', () => {
  const death = { state: 'terminated', at: NOW - 5 } as const;
  const sight = async (...fleet: readonly Sketch[]) => {
    const memory = new MemoryFleet();
    memory.instances = fleet.map(instance);
    const facts = { ...NO_FACTS, deaths: new Map([[idOf(1), death]]) };
    const patience = new Patience(new MemoryClock(NOW * 1000));
    const sighting = await readFleet({
      ...{ ...QUESTION, fleet: memory, facts: () => facts },
      ...{ hints: hinting(idOf(1)), patience },
    });
    return { ...sighting, reads: memory.calls.read };
  };

  test('counts as dead, without its address, if EC2 still lists it in a second read', async () => {
    const { believedDead, reportedDead, instances, reads } = await sight({ id: 1, tags: SHOP });
    expect(reads).toBe(1);
    expect([[...believedDead], [...reportedDead]]).toEqual([[idOf(1)], []]);
    expect(instances).toMatchObject([{ id: idOf(1), state: 'terminated' }]);
    expect(instances[0]).not.toHaveProperty('publicName');
  });

  test('counts as reported dead if no read lists it', async () => {
    const { believedDead, reportedDead } = await sight({ id: 2, tags: SHOP });
    expect([[...believedDead], [...reportedDead]]).toEqual([[], [idOf(1)]]);
  });
});
