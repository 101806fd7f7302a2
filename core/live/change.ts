import { type Access, isGated } from '../entry/access.ts';
import { decodeEntry, type Entry, isServing, type ServingEntry } from '../entry/entry.ts';
import { isSequence } from '../entry/mark.ts';
import { decodeTombstone } from '../entry/tombstone.ts';
import { wireRules } from '../entry/wire-rules.ts';
import { type HintedFact, isHintable, type Since } from '../session/hint.ts';
import type { DeploymentId, Hostname, Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS } from '../wire/layout.ts';

/** The last change of one key of the store. */
export interface Change {
  /** The number of the write. */
  sequence: number;
  /** When the updater learned of it. */
  at: Seconds;
  /** When the fact ends, at the latest: the route expires then. */
  until?: Seconds;
  fact: Fact;
}

/** `other`: a fact that is too rich for a hint, so everybody waits for the store. */
export type Fact = HintedFact | { is: 'other' };

/**
 * A change is dropped after this time. Every edge has it long before. The last hint about it ends before a tombstone of the hostname is
 * taken out: otherwise an address that the updater could not take out of the truth would be reached again (docs/decisions/0442).
 */
export const CHANGE_SECONDS: Seconds = 240;

/** Whether a change still counts. */
export function isCurrent({ at }: Change, now: Seconds): boolean {
  return now - at < CHANGE_SECONDS;
}

const OTHER = { is: 'other' } as const;

/** The circumstances of a change. */
export interface ChangeContext {
  deployment: DeploymentId;
  at: Seconds;
  /** The token that the router computes for a hostname. */
  firstTokenOf: (hostname: Hostname) => string | undefined;
}

/**
 * The change that wrote a value under a key. Undefined for a value that is not an entry or a tombstone of the deployment, and for one
 * with a number that only a person writes: no reader would take the document with it.
 */
export function changeOf(key: Hostname, value: string, context: ChangeContext): Change | undefined {
  const change = readChange(key, value, context);
  return change && isSequence(change.sequence) ? change : undefined;
}

function readChange(key: Hostname, value: string, context: ChangeContext): Change | undefined {
  const { deployment, at } = context;
  const entry = decodeEntry(value);
  if (entry?.deployment === deployment) {
    const { sequence, expiresAt } = entry;
    // The router refuses an entry from before sign-in, and a hint is never about a wildcard.
    const isHinted = entry.access !== 'public' && !key.startsWith('*');
    const fact = isHinted ? factOf(entry, context.firstTokenOf(key)) : OTHER;
    const until = fact.is === 'other' || expiresAt === undefined ? {} : { until: expiresAt };
    return { sequence, at, ...until, fact };
  }
  const tombstone = decodeTombstone(value);
  if (tombstone?.deployment !== deployment) return undefined;
  return { sequence: tombstone.sequence, at, fact: { is: 'gone', since: sinceOf(tombstone.access) } };
}

/** 0 for the tombstone of a value from before sign-in, or of one that could not be read. */
function sinceOf(access: Access): Since {
  if (isGated(access)) return access.since;
  return access === 'open' ? 'open' : 0;
}

/** Only an entry with one instance, one port and no rules fits into a hint. */
function factOf(entry: Entry, firstToken: string | undefined): Fact {
  const since = sinceOf(entry.access);
  if (!isServing(entry)) return { is: 'closed', since, letter: CLOSED_LETTERS[entry.state] };
  const [target, ...others] = entry.instances;
  const port = plainPort(entry.rules);
  if (entry.state !== 'live' || !target || others.length > 0 || port === undefined) return OTHER;
  // A renewed token is not the one that the router computes.
  if (entry.token !== firstToken) return OTHER;
  const fact: Fact = { is: 'app', since, port, address: target.address, instance: target.id };
  return isHintable(fact) ? fact : OTHER;
}

/** The port of rules that are one port for all requests. */
function plainPort(rules: ServingEntry['rules']): number | undefined {
  const wire = wireRules(rules, 1);
  return typeof wire === 'number' ? wire : undefined;
}
