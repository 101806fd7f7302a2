import { printPadded } from '../session/fields.ts';
import { HINT, type Hint } from '../session/hint.ts';
import { PASS, PASS_GRACE } from '../session/pass.ts';
import { SESSION } from '../session/session.ts';
import { type IsMac, isInTime, open, type Scope } from '../session/signed.ts';
import type { Seconds } from '../wire/brands.ts';
import { FIRST_KEY, KEY_LENGTH, REVOKED, TIME_DIGITS } from '../wire/session.ts';

/** The rules by which the router checks a text (edge/router/sign-in/), for programs that explain or test its decisions. */

/** Where and when a text is shown to the edge. */
export interface Shown {
  /** The value of `:keys`. */
  keys: string;
  scope: Scope;
  now: Seconds;
  isMac: IsMac;
}

/** The rule that a session or pass is checked against. */
export interface CheckedRule {
  /** The number of the access rule; 0 without an entry. */
  since: number;
  /** Labels that the lookup climbed to the entry. */
  level: number;
}

/** A person or a program. */
export interface Admitted {
  user: string;
  subject: string;
}

/** Whether the value of `:keys` has a current key at its place. Without one the router answers 503 for each gated request. */
export function hasKeys(value: string): boolean {
  return value[FIRST_KEY + KEY_LENGTH] === ' ';
}

/** The person or program that the router admits. */
export function admittedAtEdge(
  kind: 'session' | 'pass',
  text: string,
  { keys, scope, now, isMac }: Shown,
  { since, level }: CheckedRule,
): Admitted | undefined {
  if (kind === 'pass') {
    const pass = open(PASS, text, scope, keysAtEdge(keys), isMac);
    const isValid =
      pass && isInTime(pass, now) && !keys.includes(pass.id, REVOKED) && pass.madeAt + PASS_GRACE >= since;
    return isValid ? { user: `pass:${pass.name}`, subject: pass.id } : undefined;
  }
  const session = open(SESSION, text, scope, keysAtEdge(keys), isMac);
  const isValid =
    session &&
    isInTime(session, now) &&
    printPadded(session.epoch, TIME_DIGITS) >= keys.slice(0, TIME_DIGITS) &&
    (since === 0 || (session.sequence >= since && session.level === level));
  return isValid ? { user: session.user, subject: session.subject } : undefined;
}

/** The hint that the router reads, whatever its number. */
export function hintAtEdge(text: string, { keys, scope, now, isMac }: Shown): Hint | undefined {
  const hint = open(HINT, text, scope, keysAtEdge(keys), isMac);
  return hint && isInTime(hint, now) ? hint : undefined;
}

/** The origin secret for the tokens of hinted hostnames; undefined for none. */
export function originAtEdge(keys: string): string | undefined {
  const word = keys.slice(keys.lastIndexOf(' ') + 1);
  return word.length > 1 ? word : undefined;
}

/** The keys that stand at their places, with a blank after each. */
function keysAtEdge(value: string): string[] {
  const places = [0, 1, 2].map((at) => FIRST_KEY + at * (KEY_LENGTH + 1));
  return places.filter((at) => value[at + KEY_LENGTH] === ' ').map((at) => value.slice(at, at + KEY_LENGTH));
}
