import { type HistoryMoment, isLeaseEnd } from '../../core/journal/history-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { describeReason, type Reason } from '../words/causes.ts';
import { describeSpan } from '../words/spans.ts';
import { describeState, type Tone } from '../words/states.ts';

/** The spans of time that a timeline can show. */
export const SPANS = {
  '24h': { span: 86_400_000, words: '24 hours' },
  '7d': { span: 604_800_000, words: '7 days' },
} as const;

/** A key of {@link SPANS}. */
export type SpanName = keyof typeof SPANS;

/** A change of the name. */
export interface Change {
  at: Milliseconds;
  words: string;
  tone: Tone;
  instances: readonly string[];
  /** The event and the principal behind it. */
  cause: string;
  /** The time until the next change; absent for the present state. */
  lasted?: string;
  /** True if it came before the span. */
  isEarlier: boolean;
}

/** A part of the bar. */
export interface Segment {
  /** Per mille of the span. */
  start: number;
  width: number;
  /** A state of an entry, `gone`, or `expired`. */
  state: string;
  words: string;
  tone: Tone;
  title: string;
}

/** A timeline of one name. */
export interface Timeline {
  /** The newest first. */
  changes: Change[];
  segments: Segment[];
  /** The bar in words. */
  summary: string;
}

/** The states of a name within a span that ends now. */
export function buildTimeline(
  moments: readonly HistoryMoment[],
  name: SpanName,
  now: Milliseconds,
): Timeline {
  const { span, words } = SPANS[name];
  const begin = now - span;
  const periods = findPeriods(moments, now).filter(({ start, end }) => start <= now && end > begin);
  const stretches = joinEqual(periods.map((period) => ({ ...period, start: Math.max(period.start, begin) })));
  return {
    changes: periods.map((period) => describeChange(period, begin, now)).reverse(),
    segments: stretches.map((stretch) => describeSegment(stretch, begin, span)),
    summary: summarize(stretches, begin, now, words),
  };
}

/** A state with its two ends. */
interface Stretch {
  start: Milliseconds;
  end: Milliseconds;
  /** A state of an entry, `gone`, or `expired`. */
  state: string;
}

type Period = Stretch & Reason & Pick<HistoryMoment, 'instances'>;

function findPeriods(moments: readonly HistoryMoment[], now: Milliseconds): Period[] {
  const periods = moments.flatMap((moment, place): Omit<Period, 'end'>[] => {
    const { at, expiresAt, state, instances, how, causes } = moment;
    const start = Date.parse(at);
    const isLease = isLeaseEnd(moment, moments[place - 1]);
    const reason: Reason = isLease ? { how: 'lease', causes: [] } : { how, causes };
    const period = { start, state, instances, ...reason };
    const leaseEnd = expiresAt === undefined || state === 'gone' ? now : Date.parse(expiresAt);
    if (leaseEnd >= Math.min(startOf(moments[place + 1]) ?? now, now)) return [period];
    // A lease ends without a record: the updater removes the name later.
    const ended = {
      start: Math.max(leaseEnd, start),
      state: 'expired',
      instances,
      how: 'lease',
      causes: [],
    } as const;
    return leaseEnd <= start ? [ended] : [period, ended];
  });
  return periods.map((period, place) => ({
    ...period,
    end: Math.min(periods[place + 1]?.start ?? now, now),
  }));
}

const startOf = (moment: HistoryMoment | undefined) => moment && Date.parse(moment.at);

function describeChange(period: Period, begin: Milliseconds, now: Milliseconds): Change {
  const { start, end, state, instances } = period;
  return {
    ...describeState(state),
    ...{ at: start, instances, cause: describeReason(period) },
    ...(end >= now ? {} : { lasted: describeSpan(end - start) }),
    isEarlier: start < begin,
  };
}

function describeSegment({ start, end, state }: Stretch, begin: Milliseconds, span: Milliseconds): Segment {
  const looks = describeState(state);
  const title = `${looks.words} for ${describeSpan(end - start)}`;
  return { start: perMille(start - begin, span), width: perMille(end - start, span), state, ...looks, title };
}

function joinEqual(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    if (last?.state === stretch.state) last.end = stretch.end;
    else if (stretch.end > stretch.start)
      joined.push({ start: stretch.start, end: stretch.end, state: stretch.state });
  }
  return joined;
}

function perMille(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 10;
}

function summarize(
  stretches: readonly Stretch[],
  begin: Milliseconds,
  now: Milliseconds,
  words: string,
): string {
  const total = now - begin;
  const sums = new Map<string, number>();
  for (const { start, end, state } of stretches) sums.set(state, (sums.get(state) ?? 0) + end - start);
  const known = [...sums.values()].reduce((sum, each) => sum + each, 0);
  const parts = [...sums]
    .sort(([, a], [, b]) => b - a)
    .map(
      ([state, time]) =>
        `${describeState(state).words.toLowerCase()} for ${describeSpan(time)} (${share(time, total)})`,
    );
  if (total - known >= 60_000) parts.push(`not known for ${describeSpan(total - known)}`);
  return `The last ${words}: ${parts.join(', ')}.`;
}

/** A share that is neither all nor nothing is neither 100 % nor 0 %. */
function share(part: number, whole: number): string {
  const percent = Math.round((part / whole) * 100);
  if (percent === 100 && part < whole) return 'over 99 %';
  return percent === 0 ? 'under 1 %' : `${percent} %`;
}
