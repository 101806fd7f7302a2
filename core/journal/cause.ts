import type { EventKind } from '../events/event-reading.ts';
import type { FleetEvent } from '../events/fleet-event.ts';
import { instant, objectWith, optional, text } from '../schema.ts';
import type { InstanceId, Milliseconds } from '../wire/brands.ts';

/** The event behind a change, as people know it. */
export interface Cause {
  /** `RunInstances`, `state-change: stopped`, `spot: interruption:terminate`, `sweep`. */
  kind: string;
  /** ISO 8601, UTC: when it happened. */
  at: string;
  /** The caller, as role and session: `Developer/alice`. Absent if the event does not name it. */
  by?: string;
}

export const CAUSE = objectWith<Cause>({ kind: text, at: instant, by: optional(text) });

/** Most causes of one change that people are shown. */
const MOST_CAUSES = 5;

/** Kinds of events that people know by another name, or by that of their kind. */
const KINDS: Partial<Record<EventKind, (name: string) => string>> = {
  'state-change': (name) => `state-change: ${name}`,
  spot: (name) => `spot: ${name}`,
  'auto-scaling': (name) => `auto-scaling: ${name}`,
  'tag-change': () => 'tag-change',
  schedule: (name) => (name === 'audit' ? name : 'sweep'),
};

/**
 * Describes events as causes, the most telling first: a call of a known person, then the latest.
 *
 * @param now for an event without a time
 */
export function describeCauses(events: readonly FleetEvent[], now: Milliseconds, principals = true): Cause[] {
  const causes = events.map((event) => describeCause(event, now, principals));
  const once = new Map(causes.map((cause) => [JSON.stringify(cause), cause]));
  return [...once.values()].sort(moreTellingFirst).slice(0, MOST_CAUSES);
}

function describeCause(
  { kind, name, time, actor }: FleetEvent,
  now: Milliseconds,
  principals: boolean,
): Cause {
  const by = principals && actor !== undefined ? printPrincipal(actor) : '';
  return {
    kind: KINDS[kind]?.(name) ?? (name === '' ? kind : name),
    at: time ?? new Date(now).toISOString(),
    ...(by === '' ? {} : { by }),
  };
}

function moreTellingFirst(a: Cause, b: Cause): number {
  return Number(b.by !== undefined) - Number(a.by !== undefined) || Date.parse(b.at) - Date.parse(a.at);
}

/** The longest principal that people are shown. Names of roles and sessions have 64 characters at most. */
const PRINCIPAL_LIMIT = 130;

/**
 * The caller of an event without account ids and access keys.
 *
 * @param actor an ARN, or the name of a user or service
 * @example printPrincipal('arn:aws:sts::111122223333:assumed-role/Developer/alice') // 'Developer/alice'
 */
export function printPrincipal(actor: string): string {
  const [, resource = actor] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.*)$/s.exec(actor) ?? [];
  return resource
    .replace(/^(?:assumed-role|user|role|federated-user)\//, '')
    .replace(/(?<!\d)\d{12}(?!\d)/g, '…')
    .replace(/\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}\b/g, '…')
    .slice(0, PRINCIPAL_LIMIT);
}

/** Calls that start an instance. Their caller is who launched it. */
const LAUNCHES = ['RunInstances', 'StartInstances'];

/** Who started which instances, from the calls among events. */
export function findLaunchers(events: readonly FleetEvent[]): Map<InstanceId, Cause> {
  const launchers = new Map<InstanceId, Cause>();
  for (const event of events) {
    const { kind, name, failed, ids, actor, time, replay } = event;
    const isLaunch = kind === 'api-call' && LAUNCHES.includes(name) && !failed && replay === undefined;
    const by = printPrincipal(actor ?? '');
    if (!isLaunch || by === '' || time === undefined) continue;
    for (const id of ids) launchers.set(id, { kind: name, at: time, by });
  }
  return launchers;
}
