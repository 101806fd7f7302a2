import type { Figure } from '../figures/comparison.ts';
import { TOLERANCES } from '../figures/comparison.ts';
import { thousands } from '../report.ts';
import type { BenchOptions } from '../section.ts';
import { LATENCY } from '../updater/latency.ts';
import { benchChanges, CHANGES, type ChangeRow } from './change.ts';
import { benchCommands, type CommandRow } from './commands.ts';

/** The time of one change, of a sweep, and of the commands that a person waits for. */
export interface OneChangeFigures {
  /** The builds, this one first. */
  builds: readonly string[];
  rows: readonly ChangeRow[];
  commands: readonly CommandRow[];
}

export async function benchOneChange({ trees, tests }: BenchOptions): Promise<OneChangeFigures> {
  const rows = await benchChanges(trees);
  return { builds: trees.map(({ name }) => name), rows, commands: await benchCommands(trees, { tests }) };
}

/** The figures of this build that are compared with the committed ones. */
export function oneChangeFigures({ builds, rows, commands }: OneChangeFigures): Figure[] {
  const own = rows.filter(({ build }) => build === builds[0]);
  return [
    ...own.flatMap(({ apps, processor, accepted, peak, sweep }): Figure[] => [
      { name: `${apps} apps, mean of a change, ms`, value: processor.mean, kind: 'processor' },
      { name: `${apps} apps, 99th percentile of a change, ms`, value: processor.p99, kind: 'processor' },
      { name: `${apps} apps, event to store, ms`, value: accepted, kind: 'wall' },
      { name: `${apps} apps, peak memory of changes, MB`, value: peak, kind: 'memory' },
      { name: `${apps} apps, sweep, ms`, value: sweep.processor, kind: 'processor' },
      { name: `${apps} apps, peak memory of sweeps, MB`, value: sweep.peak, kind: 'memory' },
    ]),
    ...commands.map(({ name, unit, kind, figures: [value = Number.NaN] }) => ({
      name: `${name}, ${unit}`,
      value,
      kind,
    })),
  ];
}

/** The row with the most apps and the row with the fewest of a build. */
function extremes(
  { rows }: OneChangeFigures,
  build: string,
): readonly [most: ChangeRow, fewest: ChangeRow] | undefined {
  const sorted = rows.filter((row) => row.build === build).sort((a, b) => b.apps - a.apps);
  const [most, fewest] = [sorted[0], sorted.at(-1)];
  return most && fewest && most !== fewest ? [most, fewest] : undefined;
}

/** Three digits, or all digits before the point. */
function shown(value: number): string {
  return value < 100 ? value.toPrecision(3) : thousands(value);
}

export function oneChangePart(figures: OneChangeFigures): string {
  const { builds, rows, commands } = figures;
  const [own = ''] = builds;
  const percents = Object.entries({
    'processor time': TOLERANCES.processor,
    'other times': TOLERANCES.wall,
    memory: TOLERANCES.memory,
  });
  return [
    `One app ends or a new one starts among this many live apps of one region, ${CHANGES} changes in a row. The bundle runs warm in its own process, over HTTP, and writes`,
    'store, journal, mirror and the list of the portal. It has found a full store, so that no name has changed in the last minutes. EC2 answers in another process, with a',
    `thousand instances per page, each with its full 4 KB.${rows.some(({ changes }) => changes < CHANGES) ? ' A build that is slow makes fewer changes: it stops a series after a minute.' : ''} On a shared machine the processor time is the reliable figure.`,
    '',
    '| live apps | build | changes | processor time, ms: mean | median | 99 % | times the fewest apps | time, ms: mean | median | 99 % |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => changeLine(row, extremes(figures, row.build)?.[1])),
    '',
    `The time from the event until the store accepts the write has a delay of ${LATENCY} ms for each remote call; the minimum is two calls that follow each other, ${2 * LATENCY} ms.`,
    'Calls are those of the whole run. Sweeps find nothing to change; another process makes them, which finds the mirror of the first one.',
    '',
    '| live apps | build | event → store, ms | DescribeInstances | store calls | S3 calls | peak memory, MB | sweep: processor time, ms | time, ms | peak memory, MB |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(sweepLine),
    '',
    ...conclusion(figures, own),
    '',
    `| | ${builds.join(' | ')} |${builds.length > 1 ? ' ratio |' : ''}`,
    `| --- |${builds.map(() => ' ---: |').join('')}${builds.length > 1 ? ' ---: |' : ''}`,
    ...commands.map(commandLine),
    '',
    `The bench names each figure of this build that is worse than the committed one by more than ${percents.map(([name, share]) => `${share} % (${name})`).join(', ')}.`,
  ].join('\n');
}

function changeLine(
  { apps, build, changes, processor, wall }: ChangeRow,
  fewest: ChangeRow | undefined,
): string {
  const times = fewest === undefined ? 1 : processor.mean / fewest.processor.mean;
  const cells = [
    ...[thousands(apps), build, changes],
    ...[processor.mean, processor.p50, processor.p99].map(shown),
    times.toFixed(2),
    ...[wall.mean, wall.p50, wall.p99].map(shown),
  ];
  return `| ${cells.join(' | ')} |`;
}

function sweepLine({ apps, build, accepted, calls, peak, sweep }: ChangeRow): string {
  const cells = [
    ...[thousands(apps), build, thousands(accepted), calls.describe, calls.write, calls.s3, thousands(peak)],
    ...[shown(sweep.processor), shown(sweep.wall), thousands(sweep.peak)],
  ];
  return `| ${cells.join(' | ')} |`;
}

function commandLine({ name, unit, figures }: CommandRow): string {
  const cells = figures.map((value) => `${shown(value)} ${unit}`);
  const [own = Number.NaN, other] = figures;
  return `| ${[name, ...cells, ...(other === undefined ? [] : [(own / other).toFixed(2)])].join(' | ')} |`;
}

/** The sentences that follow from the figures. */
function conclusion(figures: OneChangeFigures, own: string): string[] {
  const pair = extremes(figures, own);
  if (pair === undefined) return [];
  const [most, fewest] = pair;
  const others = figures.rows.filter(({ apps, build }) => apps === most.apps && build !== own);
  const pages = Math.ceil(most.apps / 1_000);
  return [
    `A change among ${thousands(most.apps)} apps takes **${(most.processor.mean / fewest.processor.mean).toFixed(2)}** times the processor time of a change among ${fewest.apps}.`,
    ...others.map(
      ({ build, processor }) =>
        `It takes **1/${shown(processor.mean / most.processor.mean)}** of the time that ${build} takes for it.`,
    ),
    `A sweep of ${thousands(most.apps)} reads ${pages} pages, and takes ${shown(most.sweep.processor / pages)} ms of processor time for each, with the comparison of all entries.`,
  ];
}
