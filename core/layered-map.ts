/**
 * A map that never changes. Its next version shares the base and copies only the differences from it, so that one change of a
 * large map costs the change. Keys have the order of a `Map` with the same history.
 */
export class LayeredMap<K, V extends {}> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  /** Values that were set since. */
  readonly #set: ReadonlyMap<K, V>;
  /** Keys of the base that were deleted since. One that was set again stays here, because it has lost its place in the order. */
  readonly #gone: ReadonlySet<K>;
  readonly size: number;

  private constructor(base: ReadonlyMap<K, V>, set: ReadonlyMap<K, V>, gone: ReadonlySet<K>, size: number) {
    this.#base = base;
    this.#set = set;
    this.#gone = gone;
    this.size = size;
  }

  /** A map with the same entries. Copies any map but a layered one. */
  static from<K, V extends {}>(map: ReadonlyMap<K, V>): LayeredMap<K, V> {
    return map instanceof LayeredMap ? map : new LayeredMap(new Map(map), new Map(), new Set(), map.size);
  }

  /** The version without differences. */
  get base(): LayeredMap<K, V> {
    return new LayeredMap(this.#base, new Map(), new Set(), this.#base.size);
  }

  /** Whether both maps are versions of one base. */
  hasBaseOf(other: LayeredMap<K, V>): boolean {
    return this.#base === other.#base;
  }

  /** The differences from the base. */
  get changes(): { puts: ReadonlyMap<K, V>; deletes: ReadonlySet<K> } {
    return { puts: this.#set, deletes: new Set([...this.#gone].filter((key) => !this.#set.has(key))) };
  }

  /** The map after some keys were set, and then others deleted. */
  with(puts: ReadonlyMap<K, V>, deletes: Iterable<K>): LayeredMap<K, V> {
    const set = new Map(this.#set);
    const gone = new Set(this.#gone);
    let { size } = this;
    const has = (key: K) => set.has(key) || (this.#base.has(key) && !gone.has(key));
    for (const [key, value] of puts) {
      if (!has(key)) size += 1;
      set.set(key, value);
    }
    for (const key of deletes) {
      if (!has(key)) continue;
      size -= 1;
      set.delete(key);
      if (this.#base.has(key)) gone.add(key);
    }
    const next = new LayeredMap(this.#base, set, gone, size);
    const isFar = set.size + gone.size > mostDifferences(this.#base.size);
    return isFar ? new LayeredMap(new Map(next), new Map(), new Set(), size) : next;
  }

  /** The keys whose values differ between two maps. Maps with a common base are not compared as a whole. */
  static differingKeys<K, V extends {}>(left: ReadonlyMap<K, V>, right: ReadonlyMap<K, V>): K[] {
    if (left === right) return [];
    const keys = new Set(LayeredMap.#candidates(left, right) ?? [...left.keys(), ...right.keys()]);
    return [...keys].filter((key) => left.get(key) !== right.get(key));
  }

  /** The keys that may differ; undefined if the maps have no common base. */
  static #candidates<K, V extends {}>(left: ReadonlyMap<K, V>, right: ReadonlyMap<K, V>): K[] | undefined {
    if (!(left instanceof LayeredMap && right instanceof LayeredMap)) return undefined;
    const layers: LayeredMap<K, V>[] = [left, right];
    return left.hasBaseOf(right) ? layers.flatMap((map) => [...map.#set.keys(), ...map.#gone]) : undefined;
  }

  get(key: K): V | undefined {
    return this.#set.get(key) ?? (this.#gone.has(key) ? undefined : this.#base.get(key));
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#base) if (!this.#gone.has(key)) yield [key, this.#set.get(key) ?? value];
    for (const entry of this.#set) if (!this.#base.has(entry[0]) || this.#gone.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}

/**
 * Most differences from a base of this size. Each version copies them, and a new base copies everything: with the square root
 * of twice the size both cost the same, about 250 entries a change for 30,000. The bases of small maps are not saved more
 * often (updater/store/own-mirror.ts).
 */
function mostDifferences(size: number): number {
  return Math.max(200, Math.sqrt(2 * size));
}
