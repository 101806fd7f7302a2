import type { InstanceState } from '../instance.ts';
import { quoted } from '../json.ts';
import type { InstanceId, InterfaceId } from '../wire/brands.ts';
import type { NamedIds } from './named-ids.ts';

export const EVENT_KINDS = [
  'api-call',
  'state-change',
  'spot',
  'tag-change',
  'auto-scaling',
  'fleet',
  'schedule',
  'manual',
  'other',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** In these states the address may soon belong to another customer, or already does. */
export const DEATHS = [
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
] as const satisfies readonly InstanceState[];

export type Death = (typeof DEATHS)[number];

/** The treatment of an event. Reasons are for people. */
export type Judgement =
  /** Something may have changed: read the instances in `ids` and behind `interfaces`, or the whole fleet, again. */
  | {
      verdict: 'hint';
      scope: 'ids' | 'fleet';
      /** The state of its instances, only in a state-change notification. */
      death?: Death;
      /** A person confirms that instances that are not listed are gone; only in a manual message. */
      confirms?: 'removals';
      /** Why the whole fleet is read, or which part of the event was left out. */
      reason?: string;
    }
  /** Understood; no route depends on it. */
  | { verdict: 'ignored'; scope: 'none'; reason: string }
  /** Not understood; kept for people. */
  | { verdict: 'quarantined'; scope: 'none'; reason: string };

/** The subject of an event. */
export interface Subject {
  kind: EventKind;
  /** The API call, the state, `interruption:terminate`; else EventBridge's detail-type. `''` for junk. */
  name: string;
  /** The call or activity that it reports failed. */
  failed: boolean;
}

/** The content of an event and what to do about it. */
export type Reading = Subject & {
  /** Valid instance ids, each once. With scope `ids` they are read again; else the event only names them. */
  ids: readonly InstanceId[];
  /** The same for network interfaces and their attachments. Absent if the event names none. */
  interfaces?: readonly InterfaceId[];
} & Judgement;

/**
 * Valid ids make a hint, even among junk. Junk alone is quarantined.
 *
 * @param nameless the judgement if neither an instance nor an interface is named
 */
export function makeReading(subject: Subject, named: NamedIds, nameless: Judgement): Reading {
  const { ids, junk, elsewhere } = named;
  const about = { ...subject, ...idsOf(named) };
  const isNameless = ids.length === 0 && about.interfaces === undefined;
  if (isNameless && elsewhere !== undefined) return { ...about, ...ignored(elsewhere) };
  if (isNameless) return { ...about, ...(junk.length === 0 ? nameless : quarantined(describeJunk(junk))) };
  const reason = junk.length === 0 ? {} : { reason: `left out ${describeJunk(junk)}` };
  return { ...about, verdict: 'hint', scope: 'ids', ...reason };
}

/** A reading that asks for nothing, whichever instances it names. */
export function dismissed(subject: Subject, named: NamedIds, reason: string): Reading {
  return { ...subject, ...idsOf(named), ...ignored(reason) };
}

function idsOf({ ids, interfaces = [] }: NamedIds): Pick<Reading, 'ids' | 'interfaces'> {
  return { ids, ...(interfaces.length === 0 ? {} : { interfaces }) };
}

/** Understood, without consequences. */
export function ignored(reason: string): Judgement {
  return { verdict: 'ignored', scope: 'none', reason };
}

/** Not understood. */
export function quarantined(reason: string): Judgement {
  return { verdict: 'quarantined', scope: 'none', reason };
}

/** Every instance has to be read again. */
export function wholeFleet(reason?: string): Judgement {
  return { verdict: 'hint', scope: 'fleet', ...(reason === undefined ? {} : { reason }) };
}

function describeJunk(junk: readonly string[]): string {
  const shown = junk.slice(0, 3).map(quoted).join(', ');
  const more = junk.length > 3 ? ` and ${junk.length - 3} more` : '';
  const isInterface = junk.every((text) => text.startsWith('eni-'));
  const what = isInterface
    ? 'not the id of an interface, which is eni- or eni-attach-'
    : 'not an instance id, which is i-';
  return `${shown}${more}: ${what} and 8 or 17 hexadecimal digits`;
}
