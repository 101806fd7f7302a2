import type { Milliseconds } from '../../core/wire/brands.ts';
import { type ParsedArguments, UsageError } from '../command.ts';

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A time of today. */
const CLOCK = /^\d\d:\d\d(?::\d\d)?Z$/;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `30m`, `24h` or `7d`. NaN for another text. */
export function parseSpan(text: string): Milliseconds {
  const found = /^([1-9]\d{0,4})([mhd])$/.exec(text);
  return found === null ? Number.NaN : Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}

/** Parses the time of an option. Without a zone it would differ between machines. */
export function parseTime(option: string, text: string, now: Milliseconds = Date.now()): Milliseconds {
  const written = CLOCK.test(text) ? `${formatTime(now).slice(0, 10)}T${text}` : text;
  const time = TIME.test(written) ? Date.parse(written) : now - parseSpan(text);
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `--${option} is "${text}"; expected a date, or a time with its zone such as 2026-11-23T14:03Z or, for today, 14:03Z, or how long ago, such as 30m, 24h or 7d`,
  );
}

/** The time between two instants, both included. */
export interface Period {
  since: Milliseconds;
  /** Infinity for a period that has not ended. */
  until: Milliseconds;
}

/**
 * The period of a command line.
 *
 * @param end the option for its end
 * @param usual its length without `--since`
 */
export function parsePeriod(given: ParsedArguments, end: 'until' | 'at', usual: Milliseconds): Period {
  const until = parsePastTime(given, end) ?? Number.POSITIVE_INFINITY;
  const since = parsePastTime(given, 'since') ?? Math.min(until, Date.now()) - usual;
  if (since <= until) return { since, until };
  throw new UsageError(`--since is later than --${end}; give an earlier time`);
}

/** True for a time of the period. */
export function isWithin(time: Milliseconds, { since, until }: Period): boolean {
  return since <= time && time <= until;
}

/** `between 2026-11-23T14:00:00.000Z and now`. */
export function formatPeriod({ since, until }: Period): string {
  return `between ${formatTime(since)} and ${until === Number.POSITIVE_INFINITY ? 'now' : formatTime(until)}`;
}

/** A time as ISO 8601 in UTC. */
export const formatTime = (time: Milliseconds) => new Date(time).toISOString();

function parsePastTime(given: ParsedArguments, option: string): Milliseconds | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const time = parseTime(option, text);
  if (time <= Date.now()) return time;
  throw new UsageError(`--${option} is "${text}", which is in the future; give a past time`);
}
