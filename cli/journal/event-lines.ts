import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { DecisionRecord } from '../../core/journal/journal-record.ts';
import { cut } from '../wrap.ts';

/**
 * One line for each event of a decision, at most 80 columns: `16:19:04 RunInstances i-0abc by ada → shop.localhost live`.
 *
 * @param hasDay whether the line begins with the day, `11-30 16:19:04`
 */
export function formatEvents(record: DecisionRecord, hasDay: boolean): string[] {
  // Sweeps come each minute, and are worth a line only if they changed something.
  const told = record.causes.filter((cause) => cause.kind !== 'schedule' || isNews(record));
  return told.map((cause) =>
    inOneLine(
      [
        formatClock(cause.time ?? record.at, hasDay),
        formatHead(cause),
        '→',
        describeEffect(cause, record),
      ].join(' '),
    ),
  );
}

function isNews({ puts, deletes, outcome }: DecisionRecord): boolean {
  return puts.length + deletes.length > 0 || outcome === 'failed';
}

/** Kinds whose name says more than the kind. */
const NAMED: ReadonlySet<string> = new Set(['api-call', 'state-change', 'manual']);

/** In UTC, from a time in ISO 8601. */
function formatClock(time: string, hasDay: boolean): string {
  return `${hasDay ? `${time.slice(5, 10)} ` : ''}${time.slice(11, 19)}`;
}

function formatHead({ kind, name, actor, ids }: FleetEvent): string {
  const [first, ...more] = ids;
  const whose = first === undefined ? [] : [first, ...(more.length === 0 ? [] : [`+${more.length}`])];
  const what = NAMED.has(kind) ? name : kind === 'schedule' ? 'sweep' : kind;
  return [what, ...whose, ...(actor === undefined ? [] : [`by ${shortActor(actor)}`])].join(' ');
}

/** `ada` for a user, `Role/session` for a role; anything else as it is. */
export function shortActor(actor: string): string {
  return /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:user|assumed-role)\/(.+)$/.exec(actor)?.[1] ?? actor;
}

/** The changes of names with instances of the event, else all changes of the run. */
function describeEffect(
  event: FleetEvent,
  { outcome, puts, deletes, before = [], error }: DecisionRecord,
): string {
  if (event.verdict !== 'hint') return `${event.verdict}: ${event.reason}`;
  const ids = new Set(event.ids);
  const isOwn = ({ instances }: { instances: readonly string[] }) => instances.some((id) => ids.has(id));
  const wasOwn = new Set(before.filter(isOwn).map(({ hostname }) => hostname));
  const all = [
    ...puts.map((put) => ({
      text: `${put.hostname} ${put.state}`,
      own: isOwn(put) || wasOwn.has(put.hostname),
    })),
    ...deletes.map((hostname) => ({ text: `${hostname} gone`, own: wasOwn.has(hostname) })),
  ];
  const own = all.filter((change) => change.own);
  const changes = ids.size === 0 ? all : own;
  if (changes.length > 0 && outcome === 'applied') return changes.map(({ text }) => text).join(', ');
  return error === undefined ? (outcome === 'applied' ? 'unchanged' : outcome) : `${outcome}: ${error}`;
}

function inOneLine(text: string): string {
  return cut(text.replace(/[\s\p{Cc}]+/gu, ' '));
}
