import type { InstanceState } from '../instance.ts';
import { quoted } from '../json.ts';
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

/** States whose address may already be somebody else's, or soon will be. */
export const DEATHS = [
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
] as const satisfies readonly InstanceState[];

export type Death = (typeof DEATHS)[number];

/** What an event asks of the updater. Reasons are sentences for people. */
export type Judgement =
  /** Something may have changed: read the instances in `ids`, or the whole fleet, again. */
  | {
      verdict: 'hint';
      scope: 'ids' | 'fleet';
      /** What the event says about its instances, only in a state-change notification. */
      death?: Death;
      /** Somebody who looked says that instances in no listing are gone; only in a manual message. */
      confirms?: 'removals';
      /** Why the whole fleet, or which part of the event was left out. */
      reason?: string;
    }
  /** Understood, and no route depends on it. */
  | { verdict: 'ignored'; scope: 'none'; reason: string }
  /** Not understood: to be kept for people to look at. */
  | { verdict: 'quarantined'; scope: 'none'; reason: string };

/** What an event is about, before anything is decided. */
export interface Subject {
  kind: EventKind;
  /** The API call, the state, `interruption:terminate`; else EventBridge's detail-type. `''` for junk. */
  name: string;
  /** The call or activity that it reports did not succeed. */
  failed: boolean;
}

/** An event's content, read. */
export type Reading = Subject & {
  /** Valid instance ids, each once: with scope `ids` those to read again, else those that the event also names. */
  ids: readonly string[];
} & Judgement;

/**
 * Good ids make a hint even among junk; nothing but junk is quarantined.
 *
 * @param nameless what it means that no instance is named at all
 */
export function makeReading(subject: Subject, named: NamedIds, nameless: Judgement): Reading {
  const { ids, junk, elsewhere } = named;
  const about = { ...subject, ids };
  if (ids.length === 0 && elsewhere !== undefined) return { ...about, ...ignored(elsewhere) };
  if (ids.length === 0)
    return { ...about, ...(junk.length === 0 ? nameless : quarantined(describeJunk(junk))) };
  const reason = junk.length === 0 ? {} : { reason: `left out ${describeJunk(junk)}` };
  return { ...about, verdict: 'hint', scope: 'ids', ...reason };
}

/** A reading that asks for nothing, whatever instances it names. */
export function dismissed(subject: Subject, { ids }: NamedIds, reason: string): Reading {
  return { ...subject, ids, ...ignored(reason) };
}

/** Understood, and of no consequence. */
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
  return `${shown}${more}: no instance id, which is i- and 8 or 17 hexadecimal digits`;
}
