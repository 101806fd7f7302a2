import type { Changes, Entries } from '../../core/plan/plan.ts';
import { parseSessionKeys } from '../../core/session/session-keys.ts';
import { toSeconds } from '../../core/time.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import type { ReconcileParts } from '../run/parts.ts';
import { type Progress, writeAsIs } from '../run/perform.ts';
import type { SignIn } from './sign-in.ts';

/**
 * Reads the secret and the orders, and writes the store's key `:keys` if it is not as it should be: after a rotation, an order, or a
 * change by another writer. The routes are written by then, and do not wait for it. A run does not fail because of it: the next run
 * that looks at everything tries again.
 *
 * @param entries the content of the store
 * @throws StoreClosedError
 */
export async function settleKeys(
  { store, mode, clock }: Pick<ReconcileParts, 'store' | 'mode' | 'clock'>,
  signIn: SignIn,
  entries: Entries,
): Promise<void> {
  await signIn.refresh(toSeconds(clock.now()));
  if (mode === 'dry-run') return;
  const now = toSeconds(clock.now());
  const stored = entries.get(KEYS_KEY);
  await signIn.start(parseSessionKeys(stored ?? ''), now);
  if (signIn.plan(stored, now) === 'keep') return;
  await signIn.confirmSecret();
  const plan = signIn.plan(stored, now);
  if (plan === 'keep') return;
  const changes: Changes =
    plan === 'delete'
      ? { puts: new Map(), deletes: new Set([KEYS_KEY]) }
      : { puts: new Map([[KEYS_KEY, plan.put]]), deletes: new Set() };
  const progress = await writeAsIs(store, changes);
  signIn.log(describe(progress, plan === 'delete'));
}

function describe(progress: Progress, isDeleted: boolean): Record<string, unknown> {
  if (progress.outcome !== 'written')
    return {
      level: 'WARN',
      message: 'the session keys could not be written; the next sweep tries again',
      outcome: progress.outcome,
    };
  return isDeleted
    ? {
        level: 'ERROR',
        message:
          'the session keys were deleted, because their secret was not readable for an hour; gated hostnames answer 503',
      }
    : { level: 'INFO', message: 'the session keys were written' };
}
