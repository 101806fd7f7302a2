import { CLOSED_HINT_SECONDS, HINT_SECONDS, type Hint } from '../session/hint.ts';
import type { Seconds } from '../wire/brands.ts';
import { type Change, isCurrent } from './change.ts';

/**
 * The hint about a change, that begins now. Undefined if the change is too rich for a hint, too old or past its end: then the pages
 * wait for the store.
 */
export function hintOf(change: Change, now: Seconds): Hint | undefined {
  const { sequence, until = Number.POSITIVE_INFINITY, fact } = change;
  // The router refuses an access rule without a number.
  if (fact.is === 'other' || fact.since === 0 || !isCurrent(change, now) || now >= until) return undefined;
  const longest = fact.is === 'app' ? HINT_SECONDS : CLOSED_HINT_SECONDS;
  return { endsAt: Math.min(now + longest, until), sequence, fact };
}
