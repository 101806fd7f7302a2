import { decodeEntry, encodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import type { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import type { Edit } from './action.ts';

/** All other writers of the store: people in the console, and a second deployment that changes only its own keys. */
export class Hand {
  readonly #kvs: KeyValueStore;
  readonly #deployment: string;
  readonly #onEdit: (key: string, value: string | undefined) => void;
  #edits = 0;

  /** @param deployment whose entries are spoilt */
  constructor(
    kvs: KeyValueStore,
    deployment: string,
    onEdit: (key: string, value: string | undefined) => void,
  ) {
    this.#kvs = kvs;
    this.#deployment = deployment;
    this.#onEdit = onEdit;
  }

  edit(key: string, how: Edit): void {
    const value = this.#kvs.get(key);
    const deployment = value === undefined ? undefined : deploymentOf(value);
    switch (how) {
      case 'write text':
        this.write(key, `https://by-hand.example.net/${++this.#edits}`);
        break;
      case 'delete':
        if (value !== undefined) this.write(key, undefined);
        break;
      case 'spoil':
        if (value !== undefined && deployment === this.#deployment) this.write(key, this.#spoil(value));
        break;
      case 'claim for another':
        if (value === undefined) this.write(key, encodeEntry(RIVAL));
        break;
      case 'release by another':
        if (deployment === RIVAL.deployment) this.write(key, undefined);
        break;
      default:
        how satisfies never;
    }
  }

  /** Another deployment changes its own entry, and so the version of the store. */
  rivalWrite(): void {
    this.write('rival.example.net', encodeEntry({ ...RIVAL, sequence: ++this.#edits }));
  }

  /** Fills the store except for some bytes. */
  fill(spare: number): void {
    let room = LIMITS.storeBytes - this.#kvs.describe().bytes - spare;
    const puts: { key: string; value: string }[] = [];
    for (let n = 0; room > FILLER_KEY.length + 10; n++) {
      const key = `${FILLER_KEY}${n}`;
      const value = 'x'.repeat(Math.min(LIMITS.valueBytes, room - key.length));
      if (this.#kvs.get(key) === undefined) {
        puts.push({ key, value });
        room -= key.length + value.length;
      }
    }
    this.#updateInPieces(puts, (piece) => ({ puts: piece }));
  }

  release(): void {
    const keys = [...this.#kvs.entries.keys()].filter((key) => key.startsWith(FILLER_KEY));
    this.#updateInPieces(keys, (piece) => ({ deletes: piece }));
  }

  #updateInPieces<T>(
    all: readonly T[],
    updateOf: (piece: readonly T[]) => Parameters<KeyValueStore['update']>[0],
  ): void {
    if (all.length > 0) this.#onEdit(FILLER_KEY, `${all.length} keys`);
    for (let from = 0; from < all.length; from += LIMITS.updateKeys)
      this.#kvs.update(updateOf(all.slice(from, from + LIMITS.updateKeys)), this.#kvs.describe().etag);
  }

  write(key: string, value: string | undefined): void {
    const { etag, bytes } = this.#kvs.describe();
    // The service refuses people, too.
    if (value !== undefined && bytes + key.length + value.length > LIMITS.storeBytes) return;
    this.#onEdit(key, value);
    this.#kvs.update(value === undefined ? { deletes: [key] } : { puts: [{ key, value }] }, etag);
  }

  /** Keeps our mark, but makes the entry wrong or unreadable. */
  #spoil(value: string): string {
    const entry = decodeEntry(value);
    this.#edits += 1;
    if (entry === undefined || this.#edits % 2 === 0) return value.replace(/\S+ (\S+)$/, 'spoilt $1');
    const { deployment, sequence, instances } = entry;
    return encodeEntry({ access: 'public', deployment, sequence: sequence + 5, state: 'asleep', instances });
  }
}

/** Keys of a deployment that stores other things. */
const FILLER_KEY = 'filler-';

/** Another deployment, whose id begins like ours. */
const RIVAL = {
  access: 'public',
  deployment: 'main-2',
  sequence: 1,
  state: 'asleep',
  instances: [{ id: 'i-0123456789abcdef0', launchedAt: 1 }],
} as const;
