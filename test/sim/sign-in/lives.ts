import { isGated } from '../../../core/entry/access.ts';
import { decodeEntry, type Entry } from '../../../core/entry/entry.ts';
import { decodeTombstone } from '../../../core/entry/tombstone.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';

/** One write to a hostname. */
interface Turn {
  /** The number of the write. */
  sequence: number;
  life: number;
  isGone: boolean;
}

/** The life of a hostname that never had an entry. */
const NONE = 0;

/**
 * The lives of hostnames, from the values in the store alone: a life ends when the access rule or all instances of the hostname change, and
 * when the hostname goes. A session belongs to one life. This is what `since` stands for, found without it.
 */
export class Lives {
  readonly #deployment: string;
  readonly #held = new Map<string, Entry>();
  readonly #turns = new Map<string, Turn[]>();
  /** Hostname and value → life. */
  readonly #byValue = new Map<string, number>();
  #count = NONE;

  constructor(deployment: string) {
    this.#deployment = deployment;
  }

  /** The store has changed. */
  noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    for (const [hostname, value] of changed) {
      if (!hostname.endsWith(BASE_DOMAIN)) continue;
      const entry = value === undefined ? undefined : decodeEntry(value);
      const isOurs = entry?.deployment === this.#deployment;
      const life = this.#lifeAfter(hostname, isOurs ? entry : undefined);
      if (isOurs) this.#held.set(hostname, entry);
      else this.#held.delete(hostname);
      const sequence = isOurs ? entry.sequence : (goneAt(value) ?? this.#last(hostname).sequence);
      const turns = this.#turns.get(hostname) ?? [];
      turns.push({ sequence, life, isGone: !isOurs });
      this.#turns.set(hostname, turns);
      if (value !== undefined) this.#byValue.set(`${hostname} ${value}`, life);
    }
  }

  /** Whether an entry goes on with the life of the present one. */
  isSameLife(hostname: string, after: Entry): boolean {
    const before = this.#held.get(hostname);
    if (before === undefined || !isGated(before.access) || !isGated(after.access)) return false;
    const isShared = after.instances.some(({ id }) => before.instances.some((member) => member.id === id));
    return before.access.rule === after.access.rule && (isShared || after.instances.length === 0);
  }

  /** The life that a value of a hostname belongs to. */
  lifeOf(hostname: string, value: string): number {
    return this.#byValue.get(`${hostname} ${value}`) ?? NONE;
  }

  /**
   * The life of a hostname after all writes up to a number.
   *
   * @param isUnknown the list of that number does not have the hostname: its number is that of an entry, so it may be newer than it says
   */
  lifeAt(hostname: string, sequence: number, isUnknown: boolean): number {
    const turns = this.#turns.get(hostname) ?? [];
    const at = turns.findLastIndex((turn) => turn.sequence <= sequence);
    const gone = isUnknown ? turns.slice(at).find(({ isGone }) => isGone) : undefined;
    return at < 0 ? NONE : ((gone ?? turns[at])?.life ?? NONE);
  }

  #lifeAfter(hostname: string, entry: Entry | undefined): number {
    if (entry !== undefined && this.isSameLife(hostname, entry)) return this.#last(hostname).life;
    this.#count += 1;
    return this.#count;
  }

  #last(hostname: string): Turn {
    return this.#turns.get(hostname)?.at(-1) ?? { sequence: 0, life: NONE, isGone: true };
  }
}

/** The number of a tombstone. */
function goneAt(value: string | undefined): number | undefined {
  return value === undefined ? undefined : decodeTombstone(value)?.sequence;
}
