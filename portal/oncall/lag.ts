import { toMilliseconds } from '../../core/time.ts';
import type { TrafficFile } from '../../core/traffic/traffic-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Loaded } from '../load/document.ts';
import { type Delays, delaysOf, type Percentiles, printSeconds } from './delays.ts';
import type { Sign } from './health.ts';

/** How long edges did not have what the store had, as a fact and as a chart. */
export interface Lag {
  sign: Sign;
  /** Absent without a measurement in the last 24 hours. */
  delays?: Delays;
}

const NAME = 'Store to edge';
const ELSEWHERE = 'It took 20–45 s in the measurements of others.';

/**
 * Describes how long edges did not have what the store had. An edge does not report it. A request with a hint tells that its edge was
 * behind.
 *
 * @param traffic the counted access logs
 */
export function describeLag(traffic: Loaded<TrafficFile>, hasSignIn: boolean, now: Milliseconds): Lag {
  const unknown = (why: string): Lag => ({
    sign: { name: NAME, words: `${why} ${ELSEWHERE}`, tone: 'calm' },
  });
  if (!hasSignIn) return unknown('Not measured: without sign-in there are no hints, which tell it.');
  if (traffic.is === 'loading') return { sign: { name: NAME, words: 'Loading …', tone: 'calm' } };
  if (traffic.is !== 'here')
    return unknown(
      traffic.is === 'missing'
        ? 'Not measured: access logs are off, or none has come yet.'
        : `Not known: ${traffic.why}.`,
    );
  const lags = [...traffic.value.lags].map(([number, milliseconds]) => ({
    at: toMilliseconds(number),
    milliseconds,
  }));
  const delays = delaysOf(lags, now, describeLags);
  if (delays === undefined) return unknown('No viewer needed a hint in the last 24 hours.');
  return { sign: { name: NAME, words: delays.summary, tone: 'calm' }, delays };
}

function describeLags(count: number, { p50, p95 }: Percentiles): string {
  const subject = count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`;
  return `In 24 hours viewers asked for ${subject} at edges that were behind. They were behind for ${printSeconds(p50)} (median) and ${printSeconds(p95)} (95th percentile), or longer.`;
}
