import { cutIntoBatches, pickChanges } from '../../core/plan/batch.ts';
import { type Changes, isEmpty, keysOf } from '../../core/plan/plan.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { StoreClosed } from '../ports.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { Decision } from './decide.ts';

/** How far the writes of one decision came. */
export type Progress =
  | { outcome: 'written' }
  /** Nobody knows whether `unclear` is in the store: a lost race, or a lost response. */
  | { outcome: 'lost'; unclear: Changes; reason: string }
  /** Somebody else wrote names of these changes: the next plan knows it. */
  | { outcome: 'changed' }
  /** The service refuses these names; all else may go on without them. */
  | { outcome: 'refused'; hostnames: ReadonlyMap<Hostname, string> }
  | { outcome: 'full' };

/**
 * Writes a decision, batch after batch, each under the version that the last one made. Stops at the first that is not
 * applied: what was written stays, and the next plan starts from there.
 *
 * @param onWritten hears of every batch that is in the store
 * @throws StoreClosed
 */
export async function perform(
  store: KnownStore,
  { changes, behind, deletesFirst }: Pick<Decision, 'changes' | 'behind' | 'deletesFirst'>,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  for (const batch of cutIntoBatches(changes, { behind, deletesFirst })) {
    const progress = await write(store, batch, onWritten);
    if (progress.outcome !== 'written') return progress;
  }
  return { outcome: 'written' };
}

async function write(
  store: KnownStore,
  batch: Changes,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  try {
    const result = await store.write(batch);
    switch (result.outcome) {
      case 'applied':
        onWritten(batch);
        return { outcome: 'written' };
      case 'conflict':
        return { outcome: 'lost', unclear: batch, reason: 'another writer was faster' };
      case 'full':
      case 'changed':
        return { outcome: result.outcome };
      case 'refused':
        return await isolate(store, batch, result.reason, onWritten);
      default:
        return result satisfies never;
    }
  } catch (error) {
    if (error instanceof StoreClosed) throw error;
    return { outcome: 'lost', unclear: batch, reason: String(error) };
  }
}

/** One bad name fails its whole batch: halves of it are tried until it stands alone. */
async function isolate(
  store: KnownStore,
  batch: Changes,
  reason: string,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  const keys = keysOf(batch);
  if (keys.length === 1) return { outcome: 'refused', hostnames: new Map([[keys[0] ?? '', reason]]) };
  const middle = Math.ceil(keys.length / 2);
  const refused = new Map<Hostname, string>();
  for (const half of [pickChanges(batch, keys.slice(0, middle)), pickChanges(batch, keys.slice(middle))]) {
    if (isEmpty(half)) continue;
    const progress = await write(store, half, onWritten);
    if (progress.outcome === 'refused') for (const each of progress.hostnames) refused.set(...each);
    else if (progress.outcome !== 'written') return progress;
  }
  return refused.size > 0 ? { outcome: 'refused', hostnames: refused } : { outcome: 'written' };
}
