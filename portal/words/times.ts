import type { Milliseconds } from '../../core/wire/brands.ts';

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };

/** A time as the reader's clock shows it: `14:00:05`, or `Sun 29 Nov, 14:00:05` on another day. */
export function printClock(at: Milliseconds, now: Milliseconds): string {
  const print = (time: Milliseconds, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', options).format(time);
  const clock = print(at, CLOCK);
  const day = print(at, DAY).replace(',', '');
  return day === print(now, DAY).replace(',', '') ? clock : `${day}, ${clock}`;
}
