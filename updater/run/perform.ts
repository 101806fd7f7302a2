import type { Entry } from '../../core/entry/entry.ts';
import { cutIntoBatches, pickChanges } from '../../core/plan/batch.ts';
import { type Changes, isEmpty, keysOf } from '../../core/plan/plan.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { StoreClosedError } from '../ports.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { Decision } from './decide.ts';
import type { Ledger } from './ledger.ts';
import type { ReconcileParts } from './parts.ts';

/** Result of writing one decision. */
export type Progress =
  | { outcome: 'written' }
  /** The store may have `unclear`: another writer was faster, or the response was lost. */
  | { outcome: 'lost'; unclear: Changes; reason: string }
  /** Another writer changed hostnames of this decision; the next plan sees it. */
  | { outcome: 'changed' }
  /** The service refuses these hostnames; all others can be written. */
  | { outcome: 'refused'; hostnames: ReadonlyMap<Hostname, string> }
  | { outcome: 'full' };

type Performable = Pick<Decision, 'changes' | 'behind' | 'deletesFirst' | 'placeTombstones'>;

/**
 * Writes a decision, and remembers its sequence number and, once everything is written, its paces. The truth gets removals before the
 * store, and all other changes after the store has accepted them.
 *
 * @param owned the deployment's entries before
 * @throws StoreClosedError
 */
export async function carryOut(
  { store, truth }: Pick<ReconcileParts, 'store' | 'truth'>,
  ledger: Ledger,
  decision: Decision,
  owned: ReadonlyMap<Hostname, Entry>,
): Promise<Progress> {
  const { changes, sequence, placeTombstones, paces } = decision;
  const written = new Map<Hostname, string>();
  if (!isEmpty(changes)) {
    // Set before the write, because its response may be lost.
    store.facts.setLastSequence(sequence);
    await truth?.announce(placeTombstones(changes).puts, owned);
  }
  const progress = await perform(store, decision, (batch) => {
    ledger.addWritten(batch);
    for (const [key, value] of placeTombstones(batch).puts) written.set(key, value);
  });
  if (progress.outcome === 'written') store.facts.setPaces(paces);
  else truth?.doubt();
  await truth?.publish(written);
  return progress;
}

/**
 * Writes a decision in batches, each under the version that the last one made. Stops at the first batch that is not applied:
 * earlier batches stay, and the next plan starts from there.
 *
 * @param onWritten is called for every batch that is in the store
 * @throws StoreClosedError
 */
export async function perform(
  store: KnownStore,
  decision: Performable,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  const { changes, behind, deletesFirst } = decision;
  for (const batch of cutIntoBatches(changes, { behind, deletesFirst })) {
    const progress = await write(store, batch, decision, onWritten);
    if (progress.outcome !== 'written') return progress;
  }
  return { outcome: 'written' };
}

async function write(
  store: KnownStore,
  batch: Changes,
  decision: Performable,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  try {
    const result = await store.write(decision.placeTombstones(batch));
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
        return await isolate(store, batch, result.reason, decision, onWritten);
      default:
        return result satisfies never;
    }
  } catch (error) {
    if (error instanceof StoreClosedError) throw error;
    return { outcome: 'lost', unclear: batch, reason: String(error) };
  }
}

/** Halves a refused batch until the bad hostname stands alone, because one bad hostname fails the whole batch. */
async function isolate(
  store: KnownStore,
  batch: Changes,
  reason: string,
  decision: Performable,
  onWritten: (batch: Changes) => void,
): Promise<Progress> {
  const keys = keysOf(batch);
  if (keys.length === 1) return { outcome: 'refused', hostnames: new Map([[keys[0] ?? '', reason]]) };
  const middle = Math.ceil(keys.length / 2);
  const refused = new Map<Hostname, string>();
  for (const half of [pickChanges(batch, keys.slice(0, middle)), pickChanges(batch, keys.slice(middle))]) {
    if (isEmpty(half)) continue;
    const progress = await write(store, half, decision, onWritten);
    if (progress.outcome === 'refused') for (const each of progress.hostnames) refused.set(...each);
    else if (progress.outcome !== 'written') return progress;
  }
  return refused.size > 0 ? { outcome: 'refused', hostnames: refused } : { outcome: 'written' };
}

/**
 * Takes tombstones out of the store that have stood long enough. The routes are written by then, so a run does not fail, and no
 * event waits for its next delivery, because of a tombstone: the next sweep takes out those that stay.
 *
 * @throws StoreClosedError
 */
export async function removeTombstones(store: KnownStore, hostnames: readonly Hostname[]): Promise<void> {
  await writeAsIs(store, { puts: new Map(), deletes: new Set(hostnames) });
}

/**
 * Writes changes that are not those of a decision.
 *
 * @throws StoreClosedError
 */
export function writeAsIs(store: KnownStore, changes: Changes): Promise<Progress> {
  const plain = { behind: () => [], deletesFirst: false, placeTombstones: (batch: Changes) => batch };
  return perform(store, { changes, ...plain }, () => {});
}
