/**
 * The history of a hostname and its causes, from the decisions in the journal.
 */

import type { EntryState } from '../entry/rule.ts';
import type { FleetEvent } from '../events/fleet-event.ts';
import type { Problem } from '../problem.ts';
import type { Hostname, Milliseconds } from '../wire/brands.ts';
import type { DecisionRecord, WrittenRoute } from './journal-record.ts';

/** The state of a hostname from one moment until the next. */
export interface Moment {
  /** When the store accepted it. Edges follow within a minute. */
  at: Milliseconds;
  /** `gone`: there was no entry. */
  state: EntryState | 'gone';
  instances: readonly string[];
  /** The end of its lease. */
  expiresAt?: Milliseconds;
  /**
   * `written`: by the run of `requestId`. `found`: it stood so when that run began, and no record says who wrote it.
   */
  how: 'written' | 'found';
  requestId: string;
  /** The events that caused it; empty for `found`. Of a batch, those that name its instances, if any do. */
  causes: readonly FleetEvent[];
  /** The problems that the run found with the hostname, or with the tags of its instances. */
  problems: readonly Problem[];
  /** The end of the lease because of which the name is gone. No event reports it. */
  leaseEndedAt?: Milliseconds;
}

/**
 * The moments of one hostname, the newest last. Pure, and the same for every order of `records` and however often
 * each of them occurs.
 *
 *     a record says              a moment is
 *     it put the hostname                       written
 *     it deleted the hostname                   written, gone
 *     it found the hostname so, or missing      found, at the time when that run began
 *     its state before the run differs from
 *     the last moment                           found, likewise
 */
export function buildHistory(records: readonly DecisionRecord[], hostname: Hostname): Moment[] {
  const moments: Moment[] = [];
  const note = (moment: Moment | undefined) => {
    if (moment && (moment.how === 'written' || !isSame(moments.at(-1), moment))) moments.push(moment);
  };
  for (const record of inOrder(records)) {
    note(foundMoment(record, hostname, moments.at(-1)));
    note(writtenMoment(record, hostname, moments.at(-1)));
  }
  return moments;
}

/** The moment that held at a time; undefined before the first. A lease that has ended is `gone`. */
export function momentAt(moments: readonly Moment[], time: Milliseconds): Moment | undefined {
  const held = moments.findLast((moment) => moment.at <= time);
  if (held?.expiresAt === undefined || held.expiresAt > time) return held;
  return { ...held, at: held.expiresAt, state: 'gone' };
}

/** Every hostname in the records, sorted. */
export function hostnamesIn(records: readonly DecisionRecord[]): string[] {
  const names = records.flatMap(({ puts, deletes, before = [], found = [], missing = [] }) => [
    ...[...puts, ...before, ...found].map(({ hostname }) => hostname),
    ...[...deletes, ...missing],
  ]);
  return [...new Set(names)].sort();
}

/** There is one writer at a time, so time is an order. The other members only break ties. */
function inOrder(records: readonly DecisionRecord[]): DecisionRecord[] {
  const once = new Map(records.map((record) => [sortKeyOf(record), record]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

function sortKeyOf({ at, acceptedAt = at, requestId, attempt }: DecisionRecord): string {
  const time = new Date(acceptedAt).toISOString();
  return [time, at, requestId, String(attempt).padStart(6, '0')].join(' ');
}

const findRoute = (hostname: Hostname, routes: readonly WrittenRoute[]) =>
  routes.find((route) => route.hostname === hostname);

function writtenMoment(
  record: DecisionRecord,
  hostname: Hostname,
  last: Moment | undefined,
): Moment | undefined {
  const { at, acceptedAt = at, requestId, causes, puts, deletes } = record;
  const route = findRoute(hostname, puts);
  if (route === undefined && !deletes.includes(hostname)) return undefined;
  const involved = new Set([...(route?.instances ?? []), ...(last?.instances ?? [])]);
  const end = route === undefined ? last?.expiresAt : undefined;
  return {
    ...(end === undefined || end > Date.parse(acceptedAt) ? {} : { leaseEndedAt: end }),
    ...{ at: Date.parse(acceptedAt), how: 'written', requestId, causes: findCauses(causes, involved) },
    ...stateOf(route),
    problems: findProblems(record, hostname, involved),
  };
}

function foundMoment(
  record: DecisionRecord,
  hostname: Hostname,
  last: Moment | undefined,
): Moment | undefined {
  const { at, requestId, before = [], found = [], missing = [] } = record;
  const route = findRoute(hostname, [...found, ...before]);
  if (route === undefined && !missing.includes(hostname)) return undefined;
  // A run may begin before another write is accepted, but it finds the result later.
  const time = Math.max(Date.parse(at), last?.at ?? 0);
  const involved = new Set(route?.instances);
  const problems = findProblems(record, hostname, involved);
  return { at: time, how: 'found', requestId, causes: [], ...stateOf(route), problems };
}

function stateOf(route: WrittenRoute | undefined): Pick<Moment, 'state' | 'instances' | 'expiresAt'> {
  if (route === undefined) return { state: 'gone', instances: [] };
  const { state, instances, expiresAt } = route;
  return { state, instances, ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }) };
}

function isSame(a: Moment | undefined, b: Moment): boolean {
  return a?.state === b.state && a.expiresAt === b.expiresAt && a.instances.join() === b.instances.join();
}

/** The problems that name the hostname, and those of its instances that name none, such as a misspelt key. */
function findProblems(
  { problems }: DecisionRecord,
  hostname: Hostname,
  involved: ReadonlySet<string>,
): readonly Problem[] {
  return problems.filter(
    ({ hostnames, instance }) => hostnames?.includes(hostname) ?? involved.has(instance),
  );
}

/** The events that name an instance of the hostname, else those that name no instance, else all hints. */
export function findCauses(causes: readonly FleetEvent[], involved: ReadonlySet<string>): FleetEvent[] {
  const hints = causes.filter(({ verdict }) => verdict === 'hint');
  const naming = hints.filter(({ ids }) => ids.some((id) => involved.has(id)));
  if (naming.length > 0) return naming;
  const wide = hints.filter(({ ids }) => ids.length === 0);
  return wide.length > 0 ? wide : hints;
}
