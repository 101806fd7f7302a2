import { decodeEntry } from '../../../core/entry/entry.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { Cloud, MINUTE, START } from '../cloud/cloud.ts';
import { REGIONS } from '../story/action.ts';
import { CALM } from '../story/weather.ts';

/** Cost of a storm, in virtual time with 50 ms for each remote call. */
export interface StormFigures {
  instances: number;
  /** Messages in the queue, sweeps included. */
  events: number;
  batches: number;
  /** Names that are live at the end. */
  routed: number;
  /** Runs that listed the fleet. */
  listings: number;
  describeCalls: number;
  storeWrites: number;
  /** Other calls to the store. */
  storeReads: number;
  s3Calls: number;
  /** Milliseconds from the arrival of the last event to the write that made the store right. */
  converged: number;
  /** Milliseconds from the arrival of the last event until the queue was empty. */
  drained: number;
  /** Lower bound of `converged` in milliseconds. */
  floor: number;
}

/** Milliseconds for each remote call. */
export const LATENCY = 50;

interface Watched {
  cloud: Cloud;
  figures: StormFigures;
  lastArrival: number;
  lastWrite: number;
  lastRun: number;
}

/** A cloud without faults, and counters. */
async function watched(): Promise<Watched> {
  const figures: StormFigures = {
    ...{ instances: 0, events: 0, batches: 0, routed: 0, listings: 0, describeCalls: 0 },
    ...{ storeWrites: 0, storeReads: 0, s3Calls: 0, converged: 0, drained: 0, floor: 0 },
  };
  const seen = { lastArrival: START, lastWrite: START, lastRun: START };
  const cloud = await Cloud.open(0, CALM, {
    trace: () => {},
    stateChanged: () => {},
    beforeWrite: () => {
      seen.lastWrite = cloud.timeline.now;
    },
    afterRun: (run) => {
      const describes = run.count('DescribeInstances');
      figures.batches += 1;
      figures.events += run.bodies.length;
      figures.listings += describes > 0 ? 1 : 0;
      figures.describeCalls += describes;
      figures.storeWrites += run.count('UpdateKeys');
      figures.storeReads += run.count('ListKeys') + run.count('DescribeKeyValueStore');
      figures.s3Calls += run.count('PutObject') + run.count('GetObject');
      seen.lastRun = cloud.timeline.now;
    },
  });
  cloud.network.latency = LATENCY;
  return Object.assign(seen, { cloud, figures });
}

const tagsOf = (n: number) => ({ 'proxy:host': `app-${n}`, 'proxy:port': '3000' });

function buildFigures(
  { cloud, figures, lastArrival, lastWrite, lastRun }: Watched,
  floor: number,
): StormFigures {
  const routed = [...cloud.kvs.entries.values()].filter(
    (value) => decodeEntry(value)?.state === 'live',
  ).length;
  const instances = cloud.ec2.machines.size;
  // The write is seen on its arrival, and half of its call is still to come.
  const converged = lastWrite + LATENCY / 2 - lastArrival;
  return { ...figures, instances, routed, converged, drained: lastRun - lastArrival, floor };
}

/**
 * Launches this many instances within a minute, each by a call of its own, with three events each. The floor is the cost of the
 * last event alone: a listing and a write.
 */
export async function launchStorm(count: number): Promise<StormFigures> {
  const storm = await watched();
  const { cloud } = storm;
  cloud.startSchedule();
  for (let n = 1; n <= count; n++) {
    cloud.timeline.in((n * MINUTE) / count, () => {
      const region = REGIONS[n % REGIONS.length] ?? REGIONS[0];
      const machine = cloud.ec2.launch(n, region, true, tagsOf(n));
      cloud.emit(cloud.events.call('RunInstances', region, [machine.id], cloud.timeline.now), 1_000, 10_000);
    });
  }
  // All instances are booted, named and reported; later sweeps are not part of the storm.
  await cloud.timeline.until(START + 2 * MINUTE - 1);
  storm.lastArrival = cloud.queue.lastArrival;
  cloud.stopSchedule();
  await cloud.timeline.until(START + 10 * MINUTE);
  return buildFigures(storm, 2 * LATENCY);
}

/**
 * Sends this many events at once, five for each instance, none of which is in the store yet. The floor is one listing and
 * the sequence of writes with 50 keys each.
 */
export async function burst(events: number): Promise<StormFigures> {
  const storm = await watched();
  const { cloud } = storm;
  const count = Math.ceil(events / 5);
  // The instances are launched, and no event reports that yet.
  cloud.network.heal({ ...CALM, dropped: 1 });
  for (let n = 1; n <= count; n++) cloud.ec2.launch(n, REGIONS[n % 2] ?? REGIONS[0], true, tagsOf(n));
  await cloud.timeline.until(START + 2 * MINUTE);
  cloud.network.heal(CALM);
  for (const machine of cloud.ec2.machines.values()) {
    const { now } = cloud.timeline;
    const said = [
      cloud.events.call('RunInstances', machine.region, [machine.id], now),
      cloud.events.call('StartInstances', machine.region, [machine.id], now),
      cloud.events.stateChange(machine, now),
      cloud.events.tagChange(machine, ['proxy:host'], now),
      cloud.events.tagChange(machine, ['proxy:port'], now),
    ];
    for (const event of said) cloud.queue.send(JSON.stringify(event));
  }
  storm.lastArrival = cloud.queue.lastArrival;
  await cloud.timeline.until(START + 30 * MINUTE);
  return buildFigures(storm, (1 + Math.ceil(count / LIMITS.updateKeys)) * LATENCY);
}
