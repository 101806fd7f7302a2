import type { Milliseconds } from '../../core/wire/brands.ts';

/** In the two largest units: `45 s`, `12 min`, `3 h 20 min`, `2 d`. */
export function describeSpan(span: Milliseconds): string {
  const total = Math.max(0, Math.floor(span / 1000));
  if (total < 60) return `${total} s`;
  const counts = [Math.floor(total / 86_400), Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60];
  const first = counts.findIndex((count) => count > 0);
  const parts = counts.map((count, i) => (count > 0 ? `${count} ${['d', 'h', 'min'][i]}` : ''));
  return parts
    .slice(first, first + 2)
    .join(' ')
    .trim();
}

/** `12 min ago`. */
export function describeAge(time: Milliseconds, now: Milliseconds): string {
  return `${describeSpan(now - time)} ago`;
}

/** `ends in 3 h 20 min`, or `ended 1 h ago`. */
export function describeLease(expiresAt: string, now: Milliseconds): string {
  const end = Date.parse(expiresAt);
  return end > now ? `ends in ${describeSpan(end - now)}` : `ended ${describeAge(end, now)}`;
}

/** `just now`, then as an age. For texts that need not count seconds. */
export function describeSince(time: Milliseconds, now: Milliseconds): string {
  return now - time < 60_000 ? 'just now' : describeAge(time, now);
}

/** `10:12` today, otherwise with the day. */
export function describeClock(at: string, now: Milliseconds): string {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date(now).toDateString();
  const day = isToday ? '' : `${time.toLocaleDateString('en', { month: 'short', day: 'numeric' })}, `;
  return day + time.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
