import { isGated } from '../../core/entry/access.ts';
import { SESSION, type Session, type SignedIn } from '../../core/session/session.ts';
import { isInTime, type Kind } from '../../core/session/signed.ts';
import { WHO, type Who } from '../../core/session/who.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Call } from './call.ts';
import { type CookieName, cookieValues } from './cookies/cookies.ts';
import { apexHost, type Desk, unseal } from './desk.ts';
import type { AccessTable, Keys } from './ports.ts';

/** `two people` if the browser sends authentic cookies of different people: readers disagree which of two cookies counts. */
export type Found<T> = T | 'two people' | undefined;

/** The authentic session of this hostname, the one with the latest end. It may be past its end, or from before a change of the access rule. */
export function findSession(desk: Desk, call: Call, { edge }: Keys): Found<Session> {
  return findOne(desk, call, 'session', SESSION, call.host, edge.accept);
}

/** The person whom the base domain knows, if the sign-in still counts. */
export function findWho(desk: Desk, call: Call, { apex }: Keys, access: AccessTable): Found<Who> {
  const who = findOne(desk, call, 'who', WHO, apexHost(desk), apex.accept);
  if (who === undefined || who === 'two people') return who;
  return isInTime(who, call.now) && isStillSignedIn(who, access) ? who : undefined;
}

/** Whether a sign-in is newer than the last order to sign out, of this person or of everybody. */
export function isStillSignedIn({ epoch, user, signedInAt }: SignedIn, access: AccessTable): boolean {
  return epoch >= access.epoch && !access.isSignedOut(user, signedInAt);
}

/** Whether the access rule of a hostname is still the one that the session was made for: it is not newer, nor that of another entry. */
export function isUnderRule(
  { sequence, level }: Pick<Session, 'sequence' | 'level'>,
  host: Hostname,
  access: AccessTable,
): boolean {
  const found = access.accessOf(host);
  if (found === undefined || !isGated(found.access)) return true;
  return sequence >= found.access.since && level === found.level;
}

function findOne<T extends SignedIn & { endsAt: number }>(
  desk: Desk,
  { cookies }: Call,
  name: CookieName,
  kind: Kind<T>,
  host: Hostname,
  keys: readonly string[],
): Found<T> {
  let found: T | undefined;
  for (const value of cookieValues(cookies, name)) {
    const one = unseal(desk, kind, value, host, keys);
    if (one === undefined) continue;
    if (found !== undefined && found.subject !== one.subject) return 'two people';
    if (found === undefined || one.endsAt > found.endsAt) found = one;
  }
  return found;
}
