import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import type { MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import type { Command, ParsedArguments } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { withSection } from '../bench/section.ts';
import { REASONS } from './reasons.ts';
import {
  type Outcome,
  scoreOf,
  scorePart,
  scoreSummary,
  survivorsPart,
  type Tested,
  tallyOf,
} from './report.ts';

const PAGE = 'docs/inside/mutants.md';

/** The least share of mutants that the tests should kill. */
const GOAL = 0.9;

const MOST = Number.MAX_SAFE_INTEGER;

const mutants: Command = {
  name: 'mutants',
  calledAs: 'npm run mutants --',
  summary: 'Mutate core/ and updater/; tell which mutants the unit and property tests let live.',
  words: { usage: '[FILE…]' },
  options: {
    sample: {
      value: 'N',
      text: 'how many mutants to draw, all where files are named',
      fallback: '1500',
      range: [1, MOST],
    },
    seed: { value: 'N', text: 'of the draw', fallback: '10', range: [0, MOST] },
    jobs: {
      value: 'N',
      text: 'test runners at a time',
      fallback: `${availableParallelism() - 1 || 1}`,
      range: [1, 64],
    },
    write: { text: `write the score into ${PAGE}` },
  },
  run: mutated,
};

async function mutated(given: ParsedArguments): Promise<number> {
  const { words } = given;
  const isAll = words.length > 0 && given.text('sample') === undefined;
  const size = isAll ? MOST : given.number('sample');
  const [seed, jobs] = [given.number('seed'), given.number('jobs')];
  const results = await new Stryker(optionsOf(words, { size, seed }, jobs)).runMutationTest();
  const candidates = results.filter(({ status }) => status !== 'Ignored');
  // Stryker's word for a mutant that a checker refuses. Here it means: not sampled.
  const tested = candidates.filter(({ status }) => status !== 'CompileError').map(testedOf);
  console.log(`${scorePart(tested, candidates.length)}\n\n${survivorsPart(tested, REASONS)}`);
  if (given.flag('write')) {
    const summary = scoreSummary(tested, candidates.length);
    writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), 'Score', summary));
  }
  return scoreOf(tallyOf(tested))[0] < GOAL ? 1 : 0;
}

/** Stryker 9.6.1 fails with TypeScript 7 on a tsconfig.json, which it does not need. */
function optionsOf(
  files: readonly string[],
  sample: { seed: number; size: number },
  jobs: number,
): PartialStrykerOptions {
  return {
    mutate: files.length > 0 ? [...files] : ['core/**/*.ts', 'updater/**/*.ts'],
    // Words are for people. Tests that check each word would check nothing else.
    mutator: { excludedMutations: ['StringLiteral'] },
    testRunner: 'whole-files',
    vitest: { configFile: 'test/mutants/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    plugins: ['@stryker-mutator/vitest-runner', './test/mutants/plugins.mjs'],
    checkers: ['sample'],
    sample,
    concurrency: jobs,
    timeoutMS: 20_000,
    tsconfigFile: 'none.json',
    tempDirName: '.edge-proxy/mutants',
    reporters: ['progress-append-only'],
    warnings: false,
  };
}

const OUTCOMES: Partial<Record<MutantResult['status'], Outcome>> = {
  Killed: 'killed',
  Survived: 'survived',
  NoCoverage: 'uncovered',
  Timeout: 'timeout',
};

function testedOf({
  fileName,
  location: { start, end },
  replacement,
  status,
  statusReason,
}: MutantResult): Tested {
  const outcome = OUTCOMES[status];
  const file = relative('.', fileName);
  if (outcome === undefined) throw new Error(`${file}:${start.line} is ${status}: ${statusReason}`);
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const original = lines
    .with(-1, (lines.at(-1) ?? '').slice(0, end.column - 1))
    .join('\n')
    .slice(start.column - 1);
  return { file, line: start.line, original, replacement: replacement ?? '', outcome };
}

process.exitCode = await runCommand(mutants, process.argv.slice(2));
