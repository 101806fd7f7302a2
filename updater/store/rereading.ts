import { LayeredMap } from '../../core/layered-map.ts';
import { type Changes, type Entries, keysOf } from '../../core/plan/plan.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';
import type { StoreContent } from './mirror.ts';

/** Keys that are asked for at a time. */
const KEYS_AT_ONCE = 10;

type Content = LayeredMap<Hostname, string>;

/** Keys and their values in the store; undefined for an absent key. */
type Values = ReadonlyMap<string, string | undefined>;

/**
 * A listing of the whole store that is in progress, and writes beside it. A full store takes about 720 calls in sequence, and the
 * removal of an address must not wait for them.
 *
 * A write needs no copy of the whole store: it asks for the version, then for each of its keys, and writes under that version. If
 * the store accepts the write, the keys held the values that were read.
 */
export class Rereading {
  readonly #store: RouteStore;
  readonly #listed: Promise<Entries>;
  /** Resolves when the listing ends, even with an error. */
  readonly over: Promise<void>;
  isOver = false;
  /** The store's version at the last call. */
  #version: StoreVersion;
  #believed: Content;
  /** The version of the listed pages with our writes. After a write by another writer it stays an old version and proves nothing. */
  #own: StoreVersion;
  readonly #writes: Changes[] = [];
  /** Keys to ask for once more, because their page may be out of date: another writer changed them, or a response was lost. */
  readonly #doubtful = new Set<string>();

  /**
   * @param version of the store before its first page is asked for
   * @param left the content that the last run left in the store
   */
  constructor(store: RouteStore, version: StoreVersion, left: Content) {
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

  /** The content that was left, corrected by what is known since. */
  get believed(): StoreContent {
    return { version: this.#version, entries: this.#believed };
  }

  /**
   * Writes if the store holds the believed values under these keys. Otherwise returns `changed` and believes the found values.
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
      this.#believed = this.#believed.with(changes.puts, changes.deletes);
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
   * The store's content, once the listing is complete.
   *
   * @throws like the store
   */
  async content(): Promise<StoreContent> {
    const listed = LayeredMap.from(await this.#listed);
    const entries = this.#writes.reduce((content, { puts, deletes }) => content.with(puts, deletes), listed);
    return { version: this.#own, entries: withValues(entries, await this.#ask(this.#doubtful)) };
  }

  async #ask(keys: Iterable<string>): Promise<Values> {
    return new Map(
      await fewAtOnce(keys, KEYS_AT_ONCE, async (key) => [key, await this.#store.get(key)] as const),
    );
  }
}

/** The entries, with some keys replaced by the values that were found. */
function withValues(entries: Content, values: Values): Content {
  const puts = [...values].flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  const deletes = [...values.keys()].filter((key) => values.get(key) === undefined);
  return entries.with(new Map(puts), deletes);
}
