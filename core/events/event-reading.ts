import { type InstanceState, isInstanceId } from '../instance.ts';
import { parseText, quoted } from '../json.ts';

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

/** Instance ids as an event spells them, sorted out. */
export interface NamedIds {
  ids: readonly string[];
  /** What stood where an id belongs and is none: masked, cut, of another resource. */
  junk: readonly string[];
}

/** Ids out of bare ids and ARNs alike; an ARN is believed in its last part only, spot warnings garble the rest. */
export function namedIds(spelled: readonly unknown[]): NamedIds {
  const ids = new Set<string>();
  const junk = new Set<string>();
  for (const one of spelled) {
    const text = parseText(one);
    if (text === undefined) continue;
    const id = lastPart(text);
    if (isInstanceId(id)) ids.add(id);
    else junk.add(text);
  }
  return { ids: [...ids], junk: [...junk] };
}

/** Everything after the last slash: the id in an ARN, and a bare id as it is. */
function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/**
 * Good ids make a hint even among junk; nothing but junk is quarantined.
 *
 * @param nameless what it means that no instance is named at all
 */
export function readingOf(subject: Subject, { ids, junk }: NamedIds, nameless: Judgement): Reading {
  const about = { ...subject, ids };
  if (ids.length === 0) return { ...about, ...(junk.length === 0 ? nameless : quarantined(noIds(junk))) };
  const reason = junk.length === 0 ? {} : { reason: `left out ${noIds(junk)}` };
  return { ...about, verdict: 'hint', scope: 'ids', ...reason };
}

/**
 * Tags were set or removed on `spelled`, ids or ARNs of resources of any type.
 *
 * @param nameless what it means that no resource is named at all
 */
export function tagReadingOf(subject: Subject, spelled: readonly unknown[], nameless: Judgement): Reading {
  const resources = spelled.map(parseText).filter((text) => text !== undefined);
  const instances = namedIds(resources.filter((text) => lastPart(text).startsWith('i-')));
  const [first] = resources;
  const isOther = first !== undefined && instances.ids.length + instances.junk.length === 0;
  return readingOf(subject, instances, isOther ? ignored(`tags of ${quoted(first)}, no instance`) : nameless);
}

/** A reading that asks for nothing, whatever instances it names. */
export function ignoredReading(subject: Subject, { ids }: NamedIds, reason: string): Reading {
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

function noIds(junk: readonly string[]): string {
  const shown = junk.slice(0, 3).map(quoted).join(', ');
  const more = junk.length > 3 ? ` and ${junk.length - 3} more` : '';
  return `${shown}${more}: no instance id, which is i- and 8 or 17 hexadecimal digits`;
}
