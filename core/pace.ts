import type { InstanceId, Seconds } from './wire/brands.ts';

/** How often names and instances change. One that flaps must not cost a write each second. */

/** The brake goes on after this many changes within the window. */
const MOST_CHANGES = 10;
export const WINDOW_SECONDS = 300;

/** Seconds between two additions or changes while the brake is on. */
const STEP_SECONDS = 60;

/** Another clock may be this many seconds ahead of ours. */
export const SKEW_SECONDS = 5;

/** The latest changes of one name or instance. */
export interface Pace {
  /** The latest last. */
  added: readonly Seconds[];
  /** The times of changes that only removed something. */
  removed: readonly Seconds[];
  /** The brake is on. It stays on until the window is empty. */
  isBraked: boolean;
}

/** By hostname, or by `#` and instance id. */
export type Paces = ReadonlyMap<string, Pace>;

export const instanceKey = (id: InstanceId) => `#${id}`;

/** The time of the latest change. */
export function latestOf({ added, removed }: Pace): Seconds {
  return Math.max(0, added.at(-1) ?? 0, removed.at(-1) ?? 0);
}

/** False for a time in the future: a person or a wrong clock wrote it, and nothing must wait for it. */
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
 * True if something may be added or changed now. With the brake on that is once a minute, or once in two minutes if the last
 * addition has been removed again, because the removal was a write too.
 */
export function mayAdd(pace: Pace | undefined, now: Seconds): boolean {
  if (pace === undefined || !pace.isBraked || !isMoving(pace, now)) return true;
  const last = pace.added.at(-1) ?? Number.NEGATIVE_INFINITY;
  const isUndone = (pace.removed.at(-1) ?? Number.NEGATIVE_INFINITY) >= last;
  return now - last >= (isUndone ? 2 * STEP_SECONDS : STEP_SECONDS);
}
