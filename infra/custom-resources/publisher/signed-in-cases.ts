import { asObject } from '../../../core/json.ts';
import { SESSION } from '../../../core/session/session.ts';
import { parseSessionKeys, type SessionKeys } from '../../../core/session/session-keys.ts';
import { sign } from '../../../core/session/signed.ts';
import { parseUser } from '../../../core/session/user.ts';
import type { Seconds } from '../../../core/wire/brands.ts';
import { SESSION_COOKIE } from '../../../core/wire/session.ts';
import { nodeMac } from '../node-mac.ts';
import type { CanaryCase, CanarySession } from './canary-case.ts';

/** Longer than all attempts of the cases. */
const SESSION_LIFE: Seconds = 900;

/** The cases that can be tested with the keys in the store, and why others cannot. */
export interface CompletedCases {
  cases: readonly CanaryCase[];
  keys: 'present' | 'missing' | 'of another release' | 'not needed';
}

/**
 * Completes the cases that need the keys of sessions. Without keys they have another expected result; with keys that this release
 * cannot read, which the next run of the updater replaces, they are left out.
 *
 * @param keysText value of `:keys`; undefined if the store has none
 */
export function completeCases(
  cases: readonly CanaryCase[],
  keysText: string | undefined,
  now: Seconds,
): CompletedCases {
  if (!cases.some(needsKeys)) return { cases, keys: 'not needed' };
  if (keysText === undefined) return { cases: cases.map(takeWithoutKeys), keys: 'missing' };
  const keys = parseSessionKeys(keysText);
  if (keys === undefined)
    return { cases: cases.filter((one) => !needsKeys(one)), keys: 'of another release' };
  return { cases: cases.map((one) => addSession(one, keys, now)), keys: 'present' };
}

/** Whether the result of a case depends on the keys in the store. */
export function needsKeys({ withoutKeys }: CanaryCase): boolean {
  return withoutKeys !== undefined;
}

function takeWithoutKeys(one: CanaryCase): CanaryCase {
  return one.withoutKeys === undefined ? one : { ...one, expected: one.withoutKeys };
}

function addSession(one: CanaryCase, keys: SessionKeys, now: Seconds): CanaryCase {
  if (one.session === undefined) return one;
  const request = asObject(one.event['request']);
  const cookies = {
    ...asObject(request['cookies']),
    [SESSION_COOKIE]: { value: printSession(one.session, keys, now) },
  };
  return { ...one, event: { ...one.event, request: { ...request, cookies } } };
}

function printSession(
  { deployment, host, user: name }: CanarySession,
  { epoch, current }: SessionKeys,
  now: Seconds,
): string {
  const user = parseUser(name);
  if (user === undefined) throw new RangeError(`${name} is not a user`);
  const session = {
    ...{ signedInAt: now, endsAt: now + SESSION_LIFE, sequence: CANARY_SEQUENCE, epoch, level: 0 },
    ...{ subject: CANARY_SUBJECT, user },
  };
  return sign(SESSION, session, { deployment, host }, current, nodeMac);
}

/** The sequence number of all canaries. */
export const CANARY_SEQUENCE = 1;

/** The subject of the sessions: 22 characters. */
export const CANARY_SUBJECT = 'canary-canary-canary-0';
