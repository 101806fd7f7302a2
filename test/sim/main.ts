import type { Command, ParsedArguments } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { describeFailure, type Failure, isFailure, simulate, sumOfVisits } from './simulate.ts';
import { weatherOf } from './story/weather.ts';
import type { Tally } from './story/world.ts';

const MOST = Number.MAX_SAFE_INTEGER;

const sim: Command = {
  name: 'sim',
  calledAs: 'npm run sim --',
  summary: 'Plays random histories of the whole updater, and reports broken promises.',
  options: {
    seeds: { value: 'N', text: 'number of histories', fallback: '1000', range: [0, MOST] },
    from: { value: 'N', text: 'seed of the first one', fallback: '0', range: [0, MOST] },
    seed: { value: 'N', text: 'plays this seed alone', range: [0, MOST] },
    events: { value: 'N', text: 'events of a history', fallback: '50', range: [0, MOST] },
    failures: { value: 'N', text: 'stops after this many failures', fallback: '3', range: [0, MOST] },
  },
  run: runHistories,
};

async function runHistories(given: ParsedArguments): Promise<number> {
  const single = given.text('seed') === undefined ? undefined : given.number('seed');
  const from = single ?? given.number('from');
  const count = single === undefined ? given.number('seeds') : 1;
  const failures: Failure[] = [];
  const tallies = new Map<string, Tally[]>();
  const start = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await simulate(seed, given.number('events'));
    if (isFailure(outcome)) {
      failures.push(outcome);
      console.error(`${describeFailure(outcome)}\n`);
      if (failures.length >= given.number('failures')) break;
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
  const calls = [
    ...['UpdateKeys', 'DescribeKeyValueStore', 'ListKeys', 'DescribeInstances'],
    'ChangeMessageVisibilityBatch',
  ].map((operation) => `${operation} ${sum((tally) => tally.calls.get(operation) ?? 0)}`);
  return [
    `${name}: ${tallies.length} histories, ${sum((tally) => tally.runs)} runs (${sum((tally) => tally.parted)} of a part), ${sum((tally) => tally.changes)} writes`,
    `${faults} faults, ${sum((tally) => tally.crashes)} crashes, ${calls.join(', ')}`,
    `longest exposure ${(exposure / 1000).toFixed(1)} s`,
    `visitors ${JSON.stringify(sumOfVisits(tallies))}`,
  ].join('; ');
}

process.exitCode = await runCommand(sim, process.argv.slice(2));
