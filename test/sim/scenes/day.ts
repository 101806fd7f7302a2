import { decodeEntry } from '../../../core/entry/entry.ts';
import type { Family } from '../cloud/cards.ts';
import { Cloud, MINUTE, START } from '../cloud/cloud.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import type { RunRecord } from '../judge/run-record.ts';
import { REGIONS } from '../story/action.ts';
import { CALM } from '../story/weather.ts';
import { LATENCY } from './storm.ts';

/** The cost of a day of apps that start in the morning and stop in the evening, in virtual time. */
export interface DayFigures {
  apps: number;
  /** Calls of UpdateKeys. */
  writes: number;
  /** Calls of DescribeInstances by runs that events caused. */
  reads: number;
  /** Those among them that a run made because an instance was probably listed too early. */
  rereads: number;
  /** Look-ups of public IPv6 names. */
  lookups: number;
  /** Milliseconds from `running` until the store had the address, one for each start. */
  waits: readonly number[];
  /** Names that are not asleep at the end. */
  awake: number;
}

const HOUR = 60 * MINUTE;

/** Hours of a day: its first start, its first stop, and its end. */
export interface Hours {
  morning: number;
  evening: number;
  end: number;
}

const DAY: Hours = { morning: 8, evening: 18, end: 24 };

/** Milliseconds between two starts, and between two stops. */
const PAUSE = 3 * MINUTE;

/**
 * Lets this many apps live for a day, without faults. They were launched and stopped before it. EC2 shows the public IPv4 name of
 * three in ten starts up to 2.5 s after `running`; an IPv6 address stays over a stop.
 */
export async function simulateDay(
  apps: number,
  family: Family,
  { seed = 0, hours = DAY }: { seed?: number; hours?: Hours } = {},
): Promise<DayFigures> {
  const figures = { writes: 0, reads: 0, rereads: 0, lookups: 0 };
  const waits: number[] = [];
  /** Name → epoch milliseconds at which its instance began to run. */
  const booted = new Map<string, number>();
  const cloud = await Cloud.open(seed, CALM, {
    trace: () => {},
    stateChanged: () => {
      for (const { n, state } of cloud.ec2.machines.values()) {
        if (state !== 'running') booted.delete(nameOf(n));
        else if (!booted.has(nameOf(n))) booted.set(nameOf(n), cloud.timeline.now);
      }
    },
    beforeWrite: () => {},
    afterRun: (run) => {
      figures.writes += run.count('UpdateKeys');
      figures.lookups += run.names.size;
      if (!run.bodies.some(isScheduled)) countReads(run, figures);
      // The objects of a day would fill the memory.
      for (const path of cloud.s3.objects.keys())
        if (!path.startsWith('journal/mirror/') && !path.startsWith('site/')) cloud.s3.objects.delete(path);
    },
  });
  const { timeline, kvs, ec2 } = cloud;
  cloud.network.latency = LATENCY;
  kvs.onWrite(({ changed }) => {
    for (const [key, value] of changed) {
      const since = booted.get(key);
      if (since !== undefined && decodeEntry(value ?? '')?.state === 'live') waits.push(timeline.now - since);
    }
  });
  cloud.startSchedule();
  const numbers = Array.from({ length: apps }, (_, at) => at + 1);
  for (const n of numbers) ec2.launch(n, REGION, true, { 'proxy:host': `app-${n}` }, family);
  await timeline.until(START + 10 * MINUTE);
  for (const n of numbers) ec2.stop(n);
  await timeline.until(START + HOUR);
  Object.assign(figures, { writes: 0, reads: 0, rereads: 0, lookups: 0 });
  waits.length = 0;
  for (const n of numbers) {
    timeline.in(hours.morning * HOUR + n * PAUSE, () => call(cloud, 'StartInstances', ec2.start(n).id));
    timeline.in(hours.evening * HOUR + n * PAUSE, () => call(cloud, 'StopInstances', ec2.stop(n).id));
  }
  await timeline.until(START + HOUR + hours.end * HOUR);
  const awake = numbers.filter((n) => decodeEntry(kvs.get(nameOf(n)) ?? '')?.state !== 'asleep').length;
  return { apps, ...figures, waits: waits.sort((a, b) => a - b), awake };
}

const REGION = REGIONS[0];

function nameOf(n: number): string {
  return `app-${n}.${BASE_DOMAIN}`;
}

/** CloudTrail reports a call. */
function call(cloud: Cloud, name: string, id: string): void {
  cloud.emit(cloud.events.call(name, REGION, [id], cloud.timeline.now), 1_000, 10_000);
}

/** A sweep or an audit. */
function isScheduled(body: string): boolean {
  return /"action":"|Scheduled Event/.test(body);
}

/** All instances are in one region, so every call after the first one of a run reads again. */
function countReads(run: RunRecord, figures: { reads: number; rereads: number }): void {
  const reads = run.count('DescribeInstances');
  figures.reads += reads;
  figures.rereads += Math.max(0, reads - 1);
}
