import { type Command, type ParsedArguments, wholeNumber } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { type Failure, isFailure, simulate, told } from './simulate.ts';
import { weatherOf } from './story/weather.ts';
import type { Tally } from './story/world.ts';

const MOST = Number.MAX_SAFE_INTEGER;

const sim: Command = {
  name: 'sim',
  calledAs: 'npm run sim --',
  summary: 'Live random histories of the whole updater; tell those in which a promise is broken.',
  options: {
    seeds: { value: 'N', text: 'how many histories; 1,000 unless told' },
    from: { value: 'N', text: 'seed of the first; 0 unless told' },
    seed: { value: 'N', text: 'this one alone' },
    events: { value: 'N', text: 'events of a history; 50 unless told' },
    failures: { value: 'N', text: 'stop after so many broken ones; 3 unless told' },
  },
  run: lived,
};

async function lived(given: ParsedArguments): Promise<number> {
  const number = (name: string, fallback: number) => wholeNumber(given, name, { fallback, most: MOST });
  const single = given.text('seed') === undefined ? undefined : number('seed', 0);
  const from = single ?? number('from', 0);
  const count = single === undefined ? number('seeds', 1_000) : 1;
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

process.exitCode = await runCommand(sim, process.argv.slice(2));
