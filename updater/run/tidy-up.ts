import { type Decoded, decodeContent } from '../../core/plan/decoded.ts';
import { applyChanges } from '../../core/plan/plan.ts';
import { findOldTombstones } from '../../core/plan/tombstones.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hints } from '../read/hints.ts';
import { settleKeys } from '../sign-in/settle-keys.ts';
import type { Decision } from './decide.ts';
import type { ReconcileParts } from './parts.ts';
import { removeTombstones } from './perform.ts';

/** The run that has written. */
interface TidyUp {
  parts: ReconcileParts;
  hints: Hints;
}

/** Writes that no route waits for. */
export async function tidyUp(run: TidyUp, decoded: Decoded, decision: Decision): Promise<void> {
  const { signIn, truth, store, mode, settings } = run.parts;
  const content = () => {
    const written = applyChanges(decoded.entries, decision.placeTombstones(decision.changes));
    return decodeContent(written, settings.deployment, decoded);
  };
  // Before the tombstones go, because the truth may lack them.
  if (mode !== 'dry-run')
    await truth?.settle(content, {
      takeovers: store.takeovers,
      audit: run.hints.audit !== undefined,
    });
  await sweepTombstones(run, content);
  if (signIn) await settleKeys(run.parts, signIn, decoded.entries);
}

/** A sweep takes out the tombstones that have stood long enough. An event does not: it would cost a call that nobody waits for. */
async function sweepTombstones({ parts, hints }: TidyUp, content: () => Decoded) {
  const { store, mode, clock } = parts;
  if (mode === 'dry-run' || !hints.events.some(({ kind }) => kind === 'schedule')) return;
  const old = findOldTombstones(content().tombstones, toSeconds(clock.now()));
  await removeTombstones(store, old);
}
