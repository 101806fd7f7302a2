import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { Moment } from '../../core/journal/history.ts';
import { findRawKey } from '../../core/journal/journal-key.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Terminal } from '../command.ts';

/** A line for each change of a hostname, the newest last. */
export function printHistory(hostname: string, moments: readonly Moment[], { out }: Terminal): void {
  out(hostname);
  for (const moment of moments) {
    const { at, state, instances, causes } = moment;
    const [first, ...more] = causes;
    const because = first === undefined ? FOUND : describeCause(first);
    const rest = more.length === 0 ? '' : `, and ${more.length} more`;
    out(`  ${formatTime(at)}  ${state.padEnd(11)}  ${instances.join(' ') || '–'}  ← ${because}${rest}`);
  }
}

/** What held at `at`, since when, and the events behind it with their keys in the journal. */
export function printMoment(
  hostname: string,
  moment: Moment | undefined,
  at: Milliseconds,
  { out }: Terminal,
): void {
  if (moment === undefined) {
    out(`${hostname} had no entry yet at ${formatTime(at)}, as far as was looked back`);
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
  out(`  since ${formatTime(moment.at)} in the store; edges follow within a minute`);
  if (state === 'gone' && moment.expiresAt === moment.at) out('  its lease had ended (proxy:ttl)');
  else if (causes.length === 0) out(`  ${FOUND}`);
  for (const cause of causes) {
    out(`  because of ${describeCause(cause)}`);
    const key = cause.kind === 'schedule' ? undefined : findRawKey(cause);
    if (key !== undefined) out(`    ${key}`);
  }
  out(`  decided by request ${requestId}`);
}

const FOUND = 'found so: no record says who wrote it';

/** `RunInstances by arn:aws:iam::123456789012:user/ada, 2026-11-23T14:02:58.000Z, event 7093…`. */
function describeCause({ kind, name, actor, time, uid }: FleetEvent): string {
  if (kind === 'schedule') return 'the sweep: no event had told of it';
  const what = kind === 'api-call' ? name : `${kind} ${name}`;
  const by = actor === undefined ? '' : ` by ${actor}`;
  return [`${what}${by}`, time, uid === undefined ? undefined : `event ${uid}`].filter(Boolean).join(', ');
}

/** A time as ISO 8601 in UTC. */
export const formatTime = (time: Milliseconds) => new Date(time).toISOString();
