import { type Failure, isFailure, simulate, told } from './simulate.ts';
import { weatherOf } from './weather.ts';
import type { Tally } from './world.ts';

/** `npm run sim -- [--seeds 10000] [--from 0] [--seed 4711] [--events 50]` */
async function main(args: readonly string[]): Promise<number> {
  const number = (name: string, fallback: number) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const single = number('seed', -1);
  const from = single < 0 ? number('from', 0) : single;
  const count = single < 0 ? number('seeds', 1_000) : 1;
  const failures: Failure[] = [];
  const tallies = new Map<string, Tally[]>();
  const start = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await simulate(seed, number('events', 50));
    if (isFailure(outcome)) {
      failures.push(outcome);
      console.error(`${told(outcome)}\n`);
      if (failures.length >= number('failures', 3)) break;
    } else {
      const { name } = weatherOf(seed);
      tallies.set(name, [...(tallies.get(name) ?? []), outcome]);
    }
  }
  for (const [name, all] of tallies) console.log(summaryOf(name, all));
  const seconds = (performance.now() - start) / 1000;
  console.log(`${count} histories in ${seconds.toFixed(1)} s, ${failures.length} broken`);
  return failures.length > 0 ? 1 : 0;
}

function summaryOf(name: string, tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const faults = sum((tally) => [...tally.faults.values()].reduce((total, count) => total + count, 0));
  const exposure = Math.max(...tallies.map((tally) => tally.exposure));
  const calls = ['UpdateKeys', 'DescribeKeyValueStore', 'ListKeys', 'DescribeInstances'].map(
    (operation) => `${operation} ${sum((tally) => tally.calls.get(operation) ?? 0)}`,
  );
  return [
    `${name}: ${tallies.length} histories, ${sum((tally) => tally.runs)} runs, ${sum((tally) => tally.changes)} writes`,
    `${faults} faults, ${sum((tally) => tally.crashes)} crashes, ${calls.join(', ')}`,
    `longest exposure ${(exposure / 1000).toFixed(1)} s`,
  ].join('; ');
}

process.exitCode = await main(process.argv.slice(2));
