import { decodeEntry } from '../core/entry/entry.ts';
import { type EntryState, entryState } from '../core/entry/rule.ts';
import { anyText, listOf, number, objectWith, type Schema } from '../core/schema.ts';
import type { Milliseconds } from '../core/wire/brands.ts';
import { KEYS_KEY } from '../core/wire/session.ts';
import type { EdgeView } from './kvs/edge-view.ts';
import type { KeyValueStore } from './kvs/key-value-store.ts';

/** One change of a name, with its delays. */
export interface Change {
  hostname: string;
  /** `gone` if the name was removed. */
  state: EntryState | 'gone';
  instances: string[];
  /** The instances before the change. */
  before: string[];
  /** When the store accepted it. */
  at: Milliseconds;
  /** From the last event about any of these instances to the store. */
  eventToStore: Milliseconds;
  /** From the store to the edge. */
  storeToEdge: Milliseconds;
}

/** The schema of a change. */
export const CHANGE: Schema<Change> = objectWith<Change>({
  hostname: anyText,
  state: (json) => (json === 'gone' ? json : entryState(json)),
  instances: listOf(anyText),
  before: listOf(anyText),
  at: number,
  eventToStore: number,
  storeToEdge: number,
});

/** Changes that are kept. */
const REMEMBERED = 1_000;

/** Matches events with the entries that follow from them, to show how long a change took. */
export class Timeline {
  readonly #lastEvent = new Map<string, number>();
  readonly #members = new Map<string, string[]>();
  readonly #changes: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(store: KeyValueStore, edge: EdgeView) {
    store.onWrite(({ changed, at, etag }) => {
      const storeToEdge = Math.max(0, (edge.visibleAt(etag) ?? at) - at);
      for (const [hostname, value] of changed)
        if (hostname !== KEYS_KEY) this.#add({ hostname, value, at, storeToEdge });
    });
  }

  /** Records an event for all instances that its text names. */
  recordEvent(event: unknown, now: Milliseconds): void {
    for (const [id] of JSON.stringify(event).matchAll(/i-[0-9a-f]{17}/g)) this.#lastEvent.set(id, now);
  }

  /** The changes from `since` on, oldest first. */
  since(since: Milliseconds): Change[] {
    return this.#changes.filter((change) => change.at >= since);
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.add(listener);
  }

  #add(write: { hostname: string; value: string | undefined; at: number; storeToEdge: number }): void {
    const { hostname, value, at, storeToEdge } = write;
    // The end of a tombstone: the name is gone already.
    if (value === undefined && !this.#members.has(hostname)) return;
    const entry = value === undefined ? undefined : decodeEntry(value);
    const before = this.#members.get(hostname) ?? [];
    const instances = entry?.instances.map((member) => member.id) ?? before;
    const heard = Math.max(
      ...[...instances, ...before].map((id) => this.#lastEvent.get(id) ?? Number.NEGATIVE_INFINITY),
    );
    const eventToStore = Number.isFinite(heard) ? at - heard : 0;
    const change = {
      hostname,
      state: entry?.state ?? 'gone',
      instances,
      before,
      at,
      eventToStore,
      storeToEdge,
    } as const;
    if (entry === undefined) this.#members.delete(hostname);
    else this.#members.set(hostname, instances);
    this.#changes.push(change);
    if (this.#changes.length > REMEMBERED) this.#changes.shift();
    for (const listener of this.#listeners) listener(change);
  }
}
