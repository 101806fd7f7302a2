import { applyChanges, type Changes, type Entries, keysOf } from '../../core/plan/plan.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';
import type { StoreContent } from './mirror.ts';

/** Keys that are asked for at a time. */
const KEYS_AT_ONCE = 10;

/** Keys and what the store holds under each: undefined where it holds nothing. */
type Values = ReadonlyMap<string, string | undefined>;

/**
 * A listing of the whole store that is under way, and writes beside it. A full store takes some 720 calls, one after the
 * other, and no address that is not ours any more may wait for them.
 *
 * A write beside it needs no copy of the whole store: the version is asked for, then each of its keys, and the write is made
 * under that version. When the store takes it, the keys were as they were found.
 */
export class Rereading {
  readonly #store: RouteStore;
  readonly #listed: Promise<Entries>;
  /** Kept when the listing is over, well or not. */
  readonly over: Promise<void>;
  isOver = false;
  /** As it was last told. */
  #version: StoreVersion;
  #believed: Entries;
  /** The version of the pages with our writes; of the past as soon as somebody else writes, so that it proves nothing then. */
  #own: StoreVersion;
  readonly #writes: Changes[] = [];
  /** Keys of which the pages may tell less than their own answers: somebody else wrote them, or an answer was lost. */
  readonly #doubtful = new Set<string>();

  /**
   * @param version of the store before its first page is asked for
   * @param left what it was left with
   */
  constructor(store: RouteStore, version: StoreVersion, left: Entries) {
    this.#store = store;
    this.#version = version;
    this.#believed = left;
    this.#own = version;
    this.#listed = store.list();
    const end = () => {
      this.isOver = true;
    };
    this.over = this.#listed.then(end, end);
  }

  /** What was left, and what is known better since. */
  get believed(): StoreContent {
    return { version: this.#version, entries: this.#believed };
  }

  /**
   * Writes if the store holds under these keys what is believed. Else it is `changed`, and what it holds is believed.
   *
   * @throws like the store
   */
  async write(changes: Changes): Promise<WriteOutcome | { outcome: 'changed' }> {
    const keys = keysOf(changes);
    this.#version = await this.#store.describe();
    const { etag } = this.#version;
    const values = await this.#ask(keys);
    if (keys.some((key) => values.get(key) !== this.#believed.get(key))) {
      this.#believed = withValues(this.#believed, values);
      this.#doubt(keys);
      return { outcome: 'changed' };
    }
    const outcome = await this.#sent(changes, etag);
    if (outcome.outcome === 'applied') {
      const { outcome: _, ...version } = outcome;
      if (etag === this.#own.etag) this.#own = version;
      this.#version = version;
      this.#believed = applyChanges(this.#believed, changes);
      this.#writes.push(changes);
    }
    return outcome;
  }

  async #sent(changes: Changes, etag: string): Promise<WriteOutcome> {
    try {
      return await this.#store.write(changes, etag);
    } catch (error) {
      this.#doubt(keysOf(changes));
      throw error;
    }
  }

  #doubt(keys: Iterable<string>): void {
    for (const key of keys) this.#doubtful.add(key);
  }

  /**
   * What the store holds, once the listing is over.
   *
   * @throws like the store
   */
  async content(): Promise<StoreContent> {
    const listed = await this.#listed;
    const entries = this.#writes.reduce(applyChanges, listed);
    return { version: this.#own, entries: withValues(entries, await this.#ask(this.#doubtful)) };
  }

  async #ask(keys: Iterable<string>): Promise<Values> {
    return new Map(
      await fewAtOnce(keys, KEYS_AT_ONCE, async (key) => [key, await this.#store.get(key)] as const),
    );
  }
}

/** The entries, and of these keys what was found under them. */
function withValues(entries: Entries, values: Values): Entries {
  const puts = [...values].flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  const deletes = [...values.keys()].filter((key) => values.get(key) === undefined);
  return values.size === 0
    ? entries
    : applyChanges(entries, { puts: new Map(puts), deletes: new Set(deletes) });
}
