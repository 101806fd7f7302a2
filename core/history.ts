/**
 * What a hostname was, and why, from the decisions of the journal alone.
 */
import type { FleetEvent } from './fleet-event.ts';
import type { DecisionRecord, WrittenRoute } from './journal-record.ts';
import type { EntryState } from './rule.ts';

/** What a hostname was from one moment on, until the next. */
export interface Moment {
  /** Epoch milliseconds at which the store had accepted it. Edges follow within a minute. */
  at: number;
  /** `gone`: there was no entry. */
  state: EntryState | 'gone';
  instances: readonly string[];
  /** Epoch milliseconds from which on it routes nobody, by its lease. */
  until?: number;
  /**
   * `written`: by the run of `requestId`. `found`: it stood so when that run began, and no record says who wrote it.
   */
  how: 'written' | 'found';
  requestId: string;
  /** The events behind it; empty when it was found so. Of a batch those that name its instances, if any do. */
  causes: readonly FleetEvent[];
}

/**
 * The moments of one hostname, the newest last. Pure, and the same for every order of `records` and however often
 * each of them occurs.
 *
 *     a record says              a moment is
 *     it put the hostname        written
 *     it deleted the hostname    written, gone
 *     something else stood there before than the moments so far end with
 *                                found, at the time when that run began
 */
export function historyOf(records: readonly DecisionRecord[], hostname: string): Moment[] {
  const moments: Moment[] = [];
  for (const record of inOrder(records)) {
    const change = changeIn(record, hostname);
    if (change === undefined) continue;
    const last = moments.at(-1);
    const before = change.before && foundMoment(record, change.before, last);
    if (before && !isSame(last, before)) moments.push(before);
    moments.push(writtenMoment(record, change.after, moments.at(-1)));
  }
  return moments;
}

/** The moment that held at a time, in epoch milliseconds; undefined before the first. A lease that has ended is `gone`. */
export function momentAt(moments: readonly Moment[], time: number): Moment | undefined {
  const held = moments.findLast((moment) => moment.at <= time);
  if (held?.until === undefined || held.until > time) return held;
  return { ...held, at: held.until, state: 'gone' };
}

/** Every hostname that records tell of, in the alphabet's order. */
export function hostnamesIn(records: readonly DecisionRecord[]): string[] {
  const names = records.flatMap(({ puts, deletes, before = [] }) => [
    ...[...puts, ...before].map(({ hostname }) => hostname),
    ...deletes,
  ]);
  return [...new Set(names)].sort();
}

/** One writer at a time makes time an order; the rest only settles what the clock cannot. */
function inOrder(records: readonly DecisionRecord[]): DecisionRecord[] {
  const once = new Map(records.map((record) => [orderOf(record), record]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

function orderOf({ at, acceptedAt = at, requestId, attempt }: DecisionRecord): string {
  const time = new Date(acceptedAt).toISOString();
  return [time, at, requestId, String(attempt).padStart(6, '0')].join(' ');
}

interface Change {
  before: WrittenRoute | undefined;
  /** Undefined when the hostname was deleted. */
  after: WrittenRoute | undefined;
}

function changeIn({ puts, deletes, before = [] }: DecisionRecord, hostname: string): Change | undefined {
  const of = (routes: readonly WrittenRoute[]) => routes.find((route) => route.hostname === hostname);
  const after = of(puts);
  return after || deletes.includes(hostname) ? { before: of(before), after } : undefined;
}

function writtenMoment(
  record: DecisionRecord,
  route: WrittenRoute | undefined,
  previous: Moment | undefined,
): Moment {
  const { at, acceptedAt = at, requestId, causes } = record;
  const involved = new Set([...(route?.instances ?? []), ...(previous?.instances ?? [])]);
  return {
    at: Date.parse(acceptedAt),
    ...stateOf(route),
    how: 'written',
    requestId,
    causes: causesOf(causes, involved),
  };
}

function foundMoment({ at, requestId }: DecisionRecord, route: WrittenRoute, last?: Moment): Moment {
  const time = Math.max(Date.parse(at), last?.at ?? 0);
  return { at: time, ...stateOf(route), how: 'found', requestId, causes: [] };
}

function stateOf(route: WrittenRoute | undefined): Pick<Moment, 'state' | 'instances' | 'until'> {
  if (route === undefined) return { state: 'gone', instances: [] };
  const { state, instances, until } = route;
  return { state, instances, ...(until === undefined ? {} : { until: Date.parse(until) }) };
}

function isSame(a: Moment | undefined, b: Moment): boolean {
  return a?.state === b.state && a.until === b.until && a.instances.join() === b.instances.join();
}

/** Events that name an instance of the hostname, else those that asked for the whole fleet, else all hints. */
function causesOf(causes: readonly FleetEvent[], involved: ReadonlySet<string>): FleetEvent[] {
  const hints = causes.filter(({ verdict }) => verdict === 'hint');
  const naming = hints.filter(({ ids }) => ids.some((id) => involved.has(id)));
  if (naming.length > 0) return naming;
  const wide = hints.filter((hint) => hint.verdict === 'hint' && hint.scope === 'fleet');
  return wide.length > 0 ? wide : hints;
}
