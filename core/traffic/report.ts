import type { Hostname, Milliseconds } from '../wire/brands.ts';
import type { CountedHour, DayFile } from './day-file.ts';

/** One hour of a day file. */
export interface TimedHour {
  /** The beginning of the hour. */
  start: Milliseconds;
  hour: CountedHour;
}

const HOUR_MS: Milliseconds = 3_600_000;

/** The beginning of the hour that contains a time. */
export function hourOf(time: Milliseconds): Milliseconds {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** The days from `since` to `until`, both included: `2026-11-30`. */
export function daysBetween(since: Milliseconds, until: Milliseconds): string[] {
  const days: string[] = [];
  for (let hour = hourOf(since); hour <= until; hour += HOUR_MS) {
    const day = new Date(hour).toISOString().slice(0, 10);
    if (days.at(-1) !== day) days.push(day);
  }
  return days;
}

/** The hours of a day with their times. */
export function hoursOf({ day, hours }: DayFile): TimedHour[] {
  return [...hours].map(([hour, counted]) => ({ start: startOf(day, hour), hour: counted }));
}

/** The beginning of an hour of a day. */
export function startOf(day: string, hour: number): Milliseconds {
  return Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS;
}

/** The hours from the one that contains `since`, oldest first. */
export function hoursSince(days: readonly DayFile[], since: Milliseconds): TimedHour[] {
  return days
    .flatMap(hoursOf)
    .filter(({ start }) => start >= hourOf(since))
    .sort((a, b) => a.start - b.start);
}

/** The only app that a word names: its hostname, or the label in front of the base domain. Several are ambiguous. */
export function appsNamed(apps: Iterable<Hostname>, word: string): Hostname[] {
  const name = word.toLowerCase().replace(/\.$/, '');
  const known = [...apps];
  return known.includes(name) ? [name] : known.filter((app) => app.startsWith(`${name}.`));
}
