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

/** A place in the draw, the same each time for the same mutant of the same code. */
function placeOf(seed, { fileName, location: { start, end }, mutatorName, replacement }) {
  const file = relative(process.cwd(), fileName);
  const identity = [seed, file, start.line, start.column, end.line, end.column, mutatorName, replacement];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/**
 * Draws `sample.size` of all mutants by `sample.seed`. Stryker has no sampling; of what a checker refuses it runs no test.
 */
class SampleChecker {
  static inject = tokens(commonTokens.options);

  constructor(options) {
    this.sample = options.sample;
  }

  async init() {}

  /** All at once, since the draw is among all of them. */
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
 * Stryker's runner for vitest, which takes a test file that fails before it has a test, by code of its own or of a `describe`, for
 * one without anything to say. The mutant that made it fail is killed.
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
