import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** The colour of a state. It repeats the words, and adds nothing to them. */
export type Tone = 'good' | 'soon' | 'care' | 'bad' | 'calm';

export interface StateWords {
  words: string;
  tone: Tone;
}

/** A map, because the state of a later version may be any text, `constructor` included. */
const STATES: ReadonlyMap<string, StateWords> = new Map([
  ['live', { words: 'Live', tone: 'good' }],
  ['starting', { words: 'Starting', tone: 'soon' }],
  ['waking', { words: 'Waking up', tone: 'soon' }],
  ['draining', { words: 'Draining', tone: 'care' }],
  ['maintenance', { words: 'In maintenance', tone: 'care' }],
  ['conflict', { words: 'In conflict', tone: 'bad' }],
  ['asleep', { words: 'Asleep', tone: 'calm' }],
  ['expired', { words: 'Lease ended', tone: 'calm' }],
  ['gone', { words: 'Gone', tone: 'calm' }],
]);

/** The present state. A lease ends without the updater. */
export function stateNow(
  { state, expiresAt }: Pick<RouteSummary, 'state' | 'expiresAt'>,
  now: Milliseconds,
): string {
  const hasEnded = expiresAt !== undefined && Date.parse(expiresAt) <= now;
  return hasEnded ? 'expired' : state;
}

/** The words of a state; a state of a later version has its own name. */
export function describeState(state: string): StateWords {
  return STATES.get(state) ?? { words: state, tone: 'calm' };
}
