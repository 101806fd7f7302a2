import type { ConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import { toSeconds } from '../../../core/time.ts';
import { REFUSAL_PATIENCE_MS, type Time } from '../until-allowed.ts';
import { CANARIES, type Way } from './canaries.ts';
import { type CanaryFault, findAnswerFault, type Given } from './canary-faults.ts';
import type { Asked } from './origin-request.ts';

/** The function failed a canary; the distribution does not get it. */
export class ConciergeNotProvenError extends Error {
  override name = 'ConciergeNotProvenError';

  constructor({ message }: CanaryFault) {
    super(
      `the function that signs viewers in is not used, and viewers keep the previous one: ${message}. If settings and provider are right, read docs/inside/architecture.md, "Gated publish"`,
    );
  }
}

/** Milliseconds between two walks. */
export const WALK_PAUSE_MS = 10_000;

/** Clock and log, which tests replace. */
export interface Outside extends Time {
  /** Writes a line for each walk. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/**
 * Walks all canaries, and again for three minutes while the function or a service behind it fails: its role may be seconds old, or the
 * provider may be out of reach.
 *
 * @throws ConciergeNotProvenError
 */
export async function proveConcierge(
  visit: (asked: Asked) => Promise<Given>,
  settings: ConciergeSettings,
  { now, sleep, log }: Outside,
): Promise<void> {
  const end = now() + REFUSAL_PATIENCE_MS;
  for (;;) {
    const fault = await walk(visit, { settings, now: toSeconds(now()), browser: '', state: '' });
    log({ level: fault ? 'WARN' : 'INFO', canaries: CANARIES.length, fault: fault?.message });
    if (fault === undefined) return;
    if (!fault.again || now() + WALK_PAUSE_MS > end) throw new ConciergeNotProvenError(fault);
    await sleep(WALK_PAUSE_MS);
  }
}

/** The first fault. A canary needs what the ones before have found, so the walk ends there. */
async function walk(
  visit: (asked: Asked) => Promise<Given>,
  beginning: Way,
): Promise<CanaryFault | undefined> {
  let way = beginning;
  for (const canary of CANARIES) {
    const given = await visit(canary.ask(way));
    const fault = findAnswerFault(canary, given);
    if (fault !== undefined) return fault;
    const found = 'answer' in given && canary.read ? canary.read(given.answer, way) : {};
    if (typeof found === 'string') return { message: `canary "${canary.name}": ${found}`, again: false };
    way = { ...way, ...found };
  }
  return undefined;
}
