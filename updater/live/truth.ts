import type { Entry } from '../../core/entry/entry.ts';
import type { Mark } from '../../core/entry/mark.ts';
import { groupBy } from '../../core/group-by.ts';
import { CHANGE_SECONDS, type Change, changeOf } from '../../core/live/change.ts';
import type { LiveChanges } from '../../core/live/live-file.ts';
import { addChanges, confirmChanges } from '../../core/live/merge.ts';
import { SHARDS, type Shard, shardOf } from '../../core/live/shard.ts';
import type { Decoded } from '../../core/plan/decoded.ts';
import { toSeconds } from '../../core/time.ts';
import type { DeploymentId, Hostname, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { Clock, SharedNotebook } from '../ports.ts';
import type { TokenOf } from '../tokens/tokens.ts';
import { withTimeout } from '../with-timeout.ts';
import { type Edit, LiveShard } from './live-shard.ts';
import { removalsIn } from './removals.ts';

/** Time limit for all shards of one step: a bucket that hangs must not hold up the store. */
const LIMIT_MS: Milliseconds = 1_000;

/** The parts that the truth needs. */
export interface TruthParts {
  deployment: DeploymentId;
  documentOf: (shard: Shard) => SharedNotebook;
  /** The token that the router computes for a hostname. */
  firstTokenOf: TokenOf;
  clock: Pick<Clock, 'now' | 'alarm'>;
  log: (line: Record<string, unknown>) => void;
}

/** Keys and the values that a write puts, tombstones included. */
type Values = ReadonlyMap<Hostname, string>;

/**
 * The truth of fresh routes (docs/inside/fresh-routes.md): the last changes of the store, which the concierge reads before the store
 * has reached each edge. No call throws, and none takes longer than a second: the store does not depend on the truth.
 */
export class Truth {
  readonly #parts: TruthParts;
  readonly #shards: ReadonlyMap<Shard, LiveShard>;
  /** Whether the truth may differ from the store. At the start another environment may have left it so. */
  #isDoubtful = true;
  #takeovers = 0;
  #failures = 0;

  constructor(parts: TruthParts) {
    this.#parts = parts;
    this.#shards = new Map(SHARDS.map((shard) => [shard, new LiveShard(parts.documentOf(shard))]));
  }

  /** Writes the removals among changes, before the store is written. */
  async announce(values: Values, owned: ReadonlyMap<Hostname, Entry>): Promise<void> {
    await this.#add(removalsIn(values, owned, this.#changesIn(values)));
  }

  /** Writes changes that the store has accepted. Nothing happens to a shard whose changes were announced. */
  async publish(values: Values): Promise<void> {
    await this.#add(this.#changesIn(values));
  }

  /** Notes that the store may not have what was announced. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /**
   * Compares the truth with the content of the store, and mends it: after a failure, and whenever another environment may have written.
   *
   * @param read the content of the store, for certain
   * @param takeovers of the store (known-store.ts)
   * @param audit does not trust memory
   */
  async settle(
    read: () => Pick<Decoded, 'entries' | 'owned' | 'tombstones'>,
    { takeovers, audit }: { takeovers: number; audit: boolean },
  ): Promise<void> {
    const mustRead = audit || takeovers !== this.#takeovers;
    if (!mustRead && !this.#isDoubtful) return;
    if (mustRead) for (const shard of this.#shards.values()) shard.forget();
    this.#takeovers = takeovers;
    this.#isDoubtful = false;
    const now = this.#now;
    const { entries, owned, tombstones } = read();
    const recent = groupBy([...recentIn(owned, now), ...recentIn(tombstones, now)], shardOf);
    const stored = (key: Hostname): Change | undefined => {
      const change = this.#changeOf(key, entries.get(key));
      // The number tells when the value was written: it is the time, or a little more.
      return change && { ...change, at: Math.min(change.sequence, now) };
    };
    await this.#edit(
      SHARDS,
      (shard) => (changes) => confirmChanges(changes, stored, recent.get(shard) ?? [], now),
    );
  }

  /** The number of failures since the last call. */
  drainFailures(): number {
    const failures = this.#failures;
    this.#failures = 0;
    return failures;
  }

  get #now(): Seconds {
    return toSeconds(this.#parts.clock.now());
  }

  #changesIn(values: Values): LiveChanges {
    const changes = new Map<Hostname, Change>();
    for (const [key, value] of values) {
      const change = this.#changeOf(key, value);
      if (change) changes.set(key, change);
    }
    return changes;
  }

  #changeOf(key: Hostname, value = ''): Change | undefined {
    const { deployment, firstTokenOf } = this.#parts;
    return changeOf(key, value, { deployment, at: this.#now, firstTokenOf });
  }

  async #add(changes: LiveChanges): Promise<void> {
    const now = this.#now;
    const byShard = groupBy([...changes], ([key]) => shardOf(key));
    await this.#edit(
      [...byShard.keys()],
      (shard) => (known) => addChanges(known, new Map(byShard.get(shard)), now),
    );
  }

  /** Edits shards at once. */
  async #edit(shards: readonly Shard[], editOf: (shard: Shard) => Edit): Promise<void> {
    if (shards.length === 0) return;
    const { clock, log } = this.#parts;
    const edited = shards.map(async (shard) => {
      const document = this.#shards.get(shard);
      try {
        await withTimeout(clock, LIMIT_MS, async (signal) =>
          document?.change(editOf(shard), this.#now, signal),
        );
      } catch (error) {
        document?.forget();
        throw error;
      }
    });
    const failed = (await Promise.allSettled(edited)).filter((each) => each.status === 'rejected');
    if (failed.length === 0) return;
    this.#isDoubtful = true;
    this.#failures += failed.length;
    log({
      level: 'ERROR',
      message: `the truth of fresh routes could not be written (shards: ${failed.length}); pages wait for the store, and the next sweep tries again`,
      error: String(failed[0]?.reason),
    });
  }
}

/** Keys of entries or tombstones that were written not long ago. */
function recentIn(marks: ReadonlyMap<Hostname, Pick<Mark, 'sequence'>>, now: Seconds): Hostname[] {
  const keys: Hostname[] = [];
  for (const [key, { sequence }] of marks) if (sequence > now - CHANGE_SECONDS) keys.push(key);
  return keys;
}
