import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';

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

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
