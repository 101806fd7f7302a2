import { describe, expect, test } from 'vitest';
import { type Finished, printTally, tallyOf } from './reporter.ts';

/** A test file that ended in `state`, with the states of its tests. */
const fileOf = (state: string, ...tests: string[]): Finished => ({
  state: () => state,
  children: { allTests: () => tests.map((each) => ({ result: () => ({ state: each }) })) },
});

const told = (files: Finished[], unhandled = 0) => printTally(tallyOf(files, unhandled));

describe('the last line of a run', () => {
  test('counts what passed and what failed', () => {
    expect(told([fileOf('passed', 'passed', 'passed'), fileOf('failed', 'passed', 'failed')])).toBe(
      '3 passed, 1 failed',
    );
  });

  test('tells of what was skipped, and of what has not run at all', () => {
    expect(told([fileOf('passed', 'passed', 'skipped', 'pending')])).toBe('1 passed, 0 failed, 2 skipped');
  });

  test('takes a file that could not be loaded, a hook that failed and a stray error for failures', () => {
    expect(told([fileOf('failed')])).toBe('0 passed, 1 failed');
    expect(told([fileOf('failed', 'skipped', 'skipped')])).toBe('0 passed, 1 failed, 2 skipped');
    expect(told([fileOf('passed', 'passed')], 1)).toBe('1 passed, 1 failed');
  });
});
