/** Links between two kinds of things, which can be followed in both directions. */
export class Links<From extends string, To extends string> {
  readonly #to = new Map<From, readonly To[]>();
  /** Nearly always one thing alone: tens of thousands of sets would take a sixth of the updater's memory. */
  readonly #from = new Map<To, From | Set<From>>();

  /** The things that `from` is linked to. */
  of(from: From): Iterable<To> {
    return this.#to.get(from) ?? [];
  }

  /** The things that are linked to `to`. */
  to(to: To): Iterable<From> {
    const from = this.#from.get(to);
    if (from === undefined) return [];
    return typeof from === 'string' ? [from] : from;
  }

  /** Whether anything is linked to `to`. */
  has(to: To): boolean {
    return this.#from.has(to);
  }

  /** Replaces the links of `from`. */
  set(from: From, to: readonly To[]): void {
    for (const each of this.of(from)) this.#remove(from, each);
    for (const each of to) this.#add(from, each);
    if (to.length > 0) this.#to.set(from, to);
    else this.#to.delete(from);
  }

  #add(from: From, to: To): void {
    const others = this.#from.get(to);
    if (others === undefined) this.#from.set(to, from);
    else if (typeof others === 'string') this.#from.set(to, new Set([others, from]));
    else others.add(from);
  }

  /** @param from is linked to `to` */
  #remove(from: From, to: To): void {
    const others = this.#from.get(to);
    if (others instanceof Set && others.size > 1) others.delete(from);
    else this.#from.delete(to);
  }
}
