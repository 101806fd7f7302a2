import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { Moment } from '../../core/journal/history.ts';
import { findRawKey } from '../../core/journal/journal-key.ts';
import type { Problem } from '../../core/problem.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Terminal } from '../command.ts';
import { wrap } from '../wrap.ts';
import { formatPeriod, formatTime, type Period } from './times.ts';

/**
 * Prints each change of a hostname in a period, oldest first: its time, state and instances, then its cause, and the problems with
 * its tags.
 */
export function printHistory(
  hostname: string,
  moments: readonly Moment[],
  period: Period,
  { out }: Terminal,
): void {
  out(hostname);
  if (moments.length === 0) out(`  no change ${formatPeriod(period)}`);
  for (const moment of moments) {
    const { at, state, instances, problems } = moment;
    const head = `  ${formatTime(at)}  ${state.padEnd(11)}  `;
    for (const line of wrap(head, instances.join(' ') || '–')) out(line);
    for (const line of wrap('    ← ', describeCauses(moment))) out(line);
    printProblems(problems, out);
  }
}

/** Prints which tags were wrong, in which instance. */
function printProblems(problems: readonly Problem[], out: Terminal['out']): void {
  for (const { message } of problems) for (const line of wrap('    ! ', message)) out(line);
}

/** Prints the state at a time, its start, and the events that caused it with their keys in the journal. */
export function printMoment(
  hostname: string,
  moment: Moment | undefined,
  at: Milliseconds,
  { out }: Terminal,
): void {
  if (moment === undefined) {
    out(`${hostname} had no entry at ${formatTime(at)}, as far back as --since`);
    return;
  }
  const { state, instances, requestId, causes } = moment;
  const who =
    instances.length === 0
      ? ''
      : state === 'gone'
        ? ` (${instances.join(' ')})`
        : ` on ${instances.join(' ')}`;
  out(`${hostname} was ${state}${who} at ${formatTime(at)}`);
  out(`  in the store since ${formatTime(moment.at)}; edges follow within a minute`);
  if (state === 'gone' && moment.expiresAt === moment.at) out('  its lease ended (proxy:ttl)');
  else if (moment.leaseEndedAt !== undefined || causes.length === 0) out(`  ${describeCauses(moment)}`);
  for (const cause of moment.leaseEndedAt === undefined ? causes : []) {
    out(`  caused by ${describeCause(cause)}`);
    const key = cause.kind === 'schedule' ? undefined : findRawKey(cause);
    if (key !== undefined) out(`    ${key}`);
  }
  printProblems(moment.problems, out);
  out(`  decided by request ${requestId}`);
}

/** The causes of a change in one line. */
export function describeCauses({ causes, leaseEndedAt }: Pick<Moment, 'causes' | 'leaseEndedAt'>): string {
  if (leaseEndedAt !== undefined) return `the end of its lease at ${formatTime(leaseEndedAt)} (proxy:ttl)`;
  const [first, ...more] = causes;
  const because = first === undefined ? FOUND : describeCause(first);
  return more.length === 0 ? because : `${because}, and ${more.length} more`;
}

/** The cause of a state that a run found. */
const FOUND = 'found in the store; the journal has no record of this change';

/** `RunInstances by arn:aws:iam::123456789012:user/ada, 2026-11-23T14:02:58.000Z, event 7093…`. */
function describeCause({ kind, name, actor, time, uid }: FleetEvent): string {
  if (kind === 'schedule') return 'the sweep; no event reported it';
  const what = kind === 'api-call' ? name : `${kind} ${name}`;
  const by = actor === undefined ? '' : ` by ${actor}`;
  return [`${what}${by}`, time, uid === undefined ? undefined : `event ${uid}`].filter(Boolean).join(', ');
}
