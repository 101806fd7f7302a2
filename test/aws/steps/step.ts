import type { Run } from '../run.ts';

/** One step of a run: its lines in `--plan`, and its action. */
export interface Step {
  what: string;
  /** Commands and calls, as far as they are known beforehand. */
  how: readonly string[];
  run(run: Run): Promise<void>;
}
