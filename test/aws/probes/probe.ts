import type { Run } from '../run.ts';

/** One question that only AWS can answer. */
export interface Probe {
  question: string;
  /** The answer that the project relies on, or expects. */
  expected: string;
  /** The way of asking, for `--plan`. */
  how: string;
  /** Needs a base domain: there is nothing to ask on the bare distribution domain. */
  named?: true;
  run(run: Run): Promise<{ seen: string; agrees: boolean }>;
}

/** Asks and keeps the row. A failed probe gets a row with the failure and does not stop the others. */
export async function ask(probe: Probe, run: Run): Promise<void> {
  const { question, expected, named } = probe;
  if (named && run.options.baseDomain === '') return;
  run.world.say(question);
  try {
    run.saw({ question, expected, ...(await probe.run(run)) });
  } catch (error) {
    run.interrupted.throwIfAborted();
    const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    run.saw({ question, expected, seen, agrees: false });
  }
}
