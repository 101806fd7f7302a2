import type { InstanceId, Seconds } from './wire/brands.ts';

/** How often names and instances change, so that one that flaps does not cost a write a second. */

/** Changes within the window after which a brake is on. */
export const MOST_CHANGES = 10;
export const WINDOW_SECONDS = 300;

/** Seconds from one addition or change to the next while the brake is on. */
export const STEP_SECONDS = 60;

/** Seconds by which another clock may be ahead of ours. */
export const SKEW_SECONDS = 5;

/** The latest changes of one name or instance. */
export interface Pace {
  /** The latest last. */
  added: readonly Seconds[];
  /** Of what only took away. */
  removed: readonly Seconds[];
  /** The brake is on, and stays on until the window is empty. */
  isBraked: boolean;
}

/** By hostname, and by `#` and instance id. */
export type Paces = ReadonlyMap<string, Pace>;

export const instanceKey = (id: InstanceId) => `#${id}`;

/** The time of the latest change. */
export function latestOf({ added, removed }: Pace): Seconds {
  return Math.max(0, added.at(-1) ?? 0, removed.at(-1) ?? 0);
}

/** A change from the future was written by a hand, or by a clock that has been set back since: nothing waits for it. */
export function isMoving(pace: Pace, now: Seconds): boolean {
  const age = now - latestOf(pace);
  return age < WINDOW_SECONDS && age >= -SKEW_SECONDS;
}

/** The pace after one more change. */
export function nextPace(pace: Pace | undefined, isRemoval: boolean, now: Seconds): Pace {
  const { added, removed, isBraked } = pace && isMoving(pace, now) ? pace : STANDING;
  const recent = (times: readonly Seconds[]) =>
    times.filter((time) => now - time < WINDOW_SECONDS).slice(-MOST_CHANGES);
  const next = isRemoval
    ? { added: recent(added), removed: recent([...removed, now]) }
    : { added: recent([...added, now]), removed: recent(removed) };
  return { ...next, isBraked: isBraked || next.added.length + next.removed.length >= MOST_CHANGES };
}

const STANDING: Pace = { added: [], removed: [], isBraked: false };

/**
 * Whether something may be added or changed now. While the brake is on that is once a minute; every other minute where what was
 * added last has been taken away again, since that was a write, too.
 */
export function mayAdd(pace: Pace | undefined, now: Seconds): boolean {
  if (pace === undefined || !pace.isBraked || !isMoving(pace, now)) return true;
  const last = pace.added.at(-1) ?? Number.NEGATIVE_INFINITY;
  const isUndone = (pace.removed.at(-1) ?? Number.NEGATIVE_INFINITY) >= last;
  return now - last >= (isUndone ? 2 * STEP_SECONDS : STEP_SECONDS);
}
