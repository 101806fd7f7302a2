import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import {
  commonTokens,
  declareClassPlugin,
  declareFactoryPlugin,
  PluginKind,
  tokens,
} from '@stryker-mutator/api/plugin';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';

/** The place of a mutant in the sample order; always the same for the same mutant of the same code. */
function placeOf(seed, { fileName, location: { start, end }, mutatorName, replacement }) {
  const file = relative(process.cwd(), fileName);
  const identity = [seed, file, start.line, start.column, end.line, end.column, mutatorName, replacement];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/**
 * Samples `sample.size` of all mutants by `sample.seed`. Stryker has no sampling, but it runs no tests for mutants that a
 * checker refuses.
 */
class SampleChecker {
  static inject = tokens(commonTokens.options);

  constructor(options) {
    this.sample = options.sample;
  }

  async init() {}

  /** One group, because the sample is drawn from all mutants. */
  group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const { seed, size } = this.sample;
    const places = mutants.map((mutant) => ({ id: mutant.id, place: placeOf(seed, mutant) }));
    places.sort((a, b) => (a.place < b.place ? -1 : 1));
    return Object.fromEntries(
      places.map(({ id }, index) => [
        id,
        index < size ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' },
      ]),
    );
  }
}

/**
 * Stryker's runner for vitest. It treats a test file that fails before its first test, by its own code or that of a `describe`,
 * as a file without a result. Here, such a failure kills the mutant.
 */
function wholeFiles(injector) {
  const runner = injector.injectFunction(vitestPlugins[0].factory);
  const testsOnly = runner.mutantRun.bind(runner);
  runner.mutantRun = async (options) => {
    const result = await testsOnly(options);
    const [broken] = runner.ctx.state.getFiles().filter(({ result }) => result?.errors?.length > 0);
    if (result.status !== 'survived' || broken === undefined) return result;
    const { nrOfTests } = result;
    return {
      status: 'killed',
      nrOfTests,
      killedBy: [broken.name],
      failureMessage: String(broken.result.errors[0].message),
    };
  };
  return runner;
}
wholeFiles.inject = tokens(commonTokens.injector);

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker),
  declareFactoryPlugin(PluginKind.TestRunner, 'whole-files', wholeFiles),
];
