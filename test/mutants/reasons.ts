import type { Reason } from './report.ts';

/** Mutants that no test can tell from the code, or none should. */
export const REASONS: readonly Reason[] = [];
