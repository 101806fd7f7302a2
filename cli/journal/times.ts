import type { Milliseconds } from '../../core/wire/brands.ts';
import { UsageError } from '../command.ts';

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Parses the time of an option. Without a zone it would differ between machines. */
export function parseTime(option: string, text: string): Milliseconds {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `--${option} is "${text}"; expected a date, or a time with its zone such as 2026-11-23T14:03Z`,
  );
}
