import { describe, expect, test } from 'vitest';
import { type Finished, printTally, tallyOf } from './reporter.ts';

/** A test file that ended in `state`, with the states of its tests. */
const fileOf = (state: string, ...tests: string[]): Finished => ({
  state: () => state,
  children: { allTests: () => tests.map((each) => ({ result: () => ({ state: each }) })) },
});

const told = (files: Finished[], unhandled = 0) => printTally(tallyOf(files, unhandled));

describe('the last line of a run', () => {
  test('counts passed and failed tests', () => {
    expect(told([fileOf('passed', 'passed', 'passed'), fileOf('failed', 'passed', 'failed')])).toBe(
      '3 passed, 1 failed',
    );
  });

  test('counts skipped tests, and those that did not run', () => {
    expect(told([fileOf('passed', 'passed', 'skipped', 'pending')])).toBe('1 passed, 0 failed, 2 skipped');
  });

  test('counts a file that cannot be loaded, a failed hook and a stray error as failures', () => {
    expect(told([fileOf('failed')])).toBe('0 passed, 1 failed');
    expect(told([fileOf('failed', 'skipped', 'skipped')])).toBe('0 passed, 1 failed, 2 skipped');
    expect(told([fileOf('passed', 'passed')], 1)).toBe('1 passed, 1 failed');
  });
});
