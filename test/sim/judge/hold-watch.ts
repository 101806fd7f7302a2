import { type Entry, isServing } from '../../../core/entry/entry.ts';
import { claimsOf, endOf, partyOf, stillAsks } from './expected.ts';
import type { RunRecord, Shown } from './run-record.ts';

/** Seconds for which a name is kept for an instance whose tags became wrong, and in which that happens once. */
const KEPT_SECONDS = 120;
const ONCE_IN = 600;

/**
 * Checks that a mistake in a tag does not cost an instance its name at once: while none of the holders has right tags and one of
 * them still claims the name, the name is closed and stays with them.
 */
export class HoldWatch {
  /** Instance and launch time → epoch seconds at which its last hold ends. */
  readonly #ends = new Map<string, number>();
  /** The last answer of EC2 about each instance: a run that reads a part of the fleet believes it of the others. */
  readonly #shown = new Map<string, Shown>();

  noteShown({ shown }: RunRecord): void {
    for (const [id, one] of shown) this.#shown.set(id, one);
  }

  /**
   * @param now epoch seconds
   * @returns why a write takes the name away too soon; undefined if it does not
   */
  fault(
    key: string,
    before: Entry,
    after: Entry | undefined,
    run: RunRecord,
    now: number,
    isDead: (id: string) => boolean,
  ): string | undefined {
    this.noteShown(run);
    const shown = before.instances.flatMap(({ id }) => (isDead(id) ? [] : (this.#shown.get(id) ?? [])));
    const isOver = Math.min(before.expiresAt ?? Number.POSITIVE_INFINITY, ...shown.map(endOf)) <= now;
    const isServed = shown.some((one) => claimsOf(one, now, run.terms).includes(key));
    const due =
      isOver || isServed ? [] : shown.filter((one) => stillAsks(one, key) && this.#isDue(one, before, now));
    const kept = after && !isServing(after) && after.claimEndsAt !== undefined ? after : undefined;
    const members = (after?.instances ?? []).flatMap(({ id }) => this.#shown.get(id) ?? []);
    // Other members of the group may serve, and go on without it.
    const isPartners = (one: Shown) =>
      members.length > 0 && members.every((each) => partyOf(each) === partyOf(one));
    const lost = due.find((one) => !isPartners(one) && !kept?.instances.some(({ id }) => id === one.id));
    if (kept) this.#note(kept);
    return lost && `a write takes ${key} from ${lost.id} at once, whose tags are wrong`;
  }

  #isDue({ id, launchedAt }: Shown, before: Entry, now: number): boolean {
    const end = isServing(before) ? undefined : before.claimEndsAt;
    const last = this.#ends.get(`${id} ${launchedAt}`) ?? Number.NEGATIVE_INFINITY;
    // Within the rest of a hold the name stays. The exact second that the run used is unknown.
    if (end !== undefined || now < last) return now < (end ?? last);
    return now >= last - KEPT_SECONDS + ONCE_IN + 60;
  }

  #note({ instances, claimEndsAt = 0 }: Exclude<Entry, { rules: unknown }>): void {
    for (const { id, launchedAt } of instances) this.#ends.set(`${id} ${launchedAt}`, claimEndsAt);
  }
}
