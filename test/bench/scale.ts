import { decodeEntry } from '../../core/entry.ts';
import { Cloud, MINUTE, START } from '../sim/cloud.ts';
import type { RunRecord } from '../sim/run-record.ts';
import { CALM } from '../sim/weather.ts';

/** One change among so many live apps, in a warm environment, on virtual time with 50 ms a remote call. */
export interface ScaleRow {
  apps: number;
  /** Remote calls up to the write, those for the journal and the portal not counted. */
  calls: { describe: number; mirror: number; store: number };
  /** Virtual milliseconds from the queue to the store. */
  accepted: number;
  /** Milliseconds of processor time for the whole run, its models included. */
  processor: number;
  /** Megabytes of heap in use after it, models included. */
  heap: number;
}

const LATENCY = 50;

/** Measures the stop of one instance among `apps`. */
export async function scaleRow(apps: number): Promise<ScaleRow> {
  let last: RunRecord | undefined;
  let wroteAt = 0;
  const cloud = await Cloud.open(
    0,
    { ...CALM, dropped: 1 },
    {
      trace: () => {},
      stateChanged: () => {},
      writing: () => {
        wroteAt = cloud.timeline.now;
      },
      ran: (run) => {
        last = run;
      },
    },
  );
  for (let n = 1; n <= apps; n++) cloud.ec2.launch(n, 'us-east-1', true, { 'proxy:host': `a${n}` });
  await cloud.timeline.until(START + 2 * MINUTE);
  // The whole fleet goes into the store first: a run may take as long as Lambda lets it, and is then done again.
  for (let minute = 3; routed(cloud) < apps && minute < 30; minute += 3) {
    cloud.sweep();
    await cloud.timeline.until(START + minute * MINUTE);
  }
  cloud.network.heal({ ...CALM, dropped: 1 });
  cloud.sweep();
  await cloud.timeline.until(cloud.timeline.now + MINUTE);
  cloud.network.latency = LATENCY;
  const machine = cloud.ec2.stop(1);
  const sentAt = cloud.timeline.now;
  const cpu = process.cpuUsage();
  cloud.queue.send(JSON.stringify(cloud.events.stateChange(machine, sentAt)));
  await cloud.timeline.until(sentAt + MINUTE);
  const { user, system } = process.cpuUsage(cpu);
  const count = (operation: string) => last?.count(operation) ?? 0;
  return {
    apps: routed(cloud),
    calls: {
      describe: count('DescribeInstances'),
      mirror: count('GetObject'),
      store: count('UpdateKeys') + count('DescribeKeyValueStore') + count('ListKeys'),
    },
    accepted: wroteAt + LATENCY / 2 - sentAt,
    processor: Math.round((user + system) / 1000),
    heap: Math.round(process.memoryUsage().heapUsed / 1e6),
  };
}

function routed(cloud: Cloud): number {
  return [...cloud.kvs.entries.values()].filter((value) => decodeEntry(value) !== undefined).length;
}
