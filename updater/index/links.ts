/** Links between two kinds of things, which can be followed in both directions. */
export class Links<From extends string, To extends string> {
  readonly #to = new Map<From, readonly To[]>();
  readonly #from = new Map<To, Set<From>>();

  /** The things that `from` is linked to. */
  of(from: From): Iterable<To> {
    return this.#to.get(from) ?? [];
  }

  /** The things that are linked to `to`. */
  to(to: To): Iterable<From> {
    return this.#from.get(to) ?? [];
  }

  /** Whether anything is linked to `to`. */
  has(to: To): boolean {
    return this.#from.has(to);
  }

  /** Replaces the links of `from`. */
  set(from: From, to: readonly To[]): void {
    for (const each of this.of(from)) {
      const others = this.#from.get(each);
      others?.delete(from);
      if (others?.size === 0) this.#from.delete(each);
    }
    for (const each of to) {
      const others = this.#from.get(each);
      if (others) others.add(from);
      else this.#from.set(each, new Set([from]));
    }
    if (to.length > 0) this.#to.set(from, to);
    else this.#to.delete(from);
  }
}
