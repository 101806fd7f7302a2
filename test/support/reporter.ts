import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The parts of a finished test file that the reporter reads. */
export interface Finished {
  state(): string;
  children: { allTests(): Iterable<{ result(): { state: string } }> };
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints the result of a run as the last line, for people and for CI: `412 passed, 0 failed, 3 skipped`. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    console.log(printTally(tallyOf(modules, unhandled.length)));
  }
}

export function printTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts a file that cannot be loaded, and an error outside a test, as a failed test, so that a run without tests is not green.
 */
export function tallyOf(modules: readonly Finished[], unhandled: number): Tally {
  const tally: Tally = { passed: 0, failed: unhandled, skipped: 0 };
  for (const module of modules) {
    let failedTests = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') tally.passed += 1;
      else if (state === 'failed') failedTests += 1;
      else tally.skipped += 1;
    }
    tally.failed += module.state() === 'failed' ? Math.max(1, failedTests) : failedTests;
  }
  return tally;
}
