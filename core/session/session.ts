import type { Seconds } from '../wire/brands.ts';
import { WILDCARD_STEPS } from '../wire/hostname.ts';
import { areNumbers, cutFields, isBits128, parseNumber, printNumber } from './fields.ts';
import type { Kind } from './signed.ts';
import { isUser, type User } from './user.ts';

/** A person, and the sign-in that the person comes from. */
export interface SignedIn {
  signedInAt: Seconds;
  /** Rises when every person is signed out at once. A session from an earlier epoch is not accepted. */
  epoch: number;
  /** 22 characters of base64url. */
  subject: string;
  user: User;
}

/** The cookie with which a person may open one hostname. */
export interface Session extends SignedIn {
  endsAt: Seconds;
  /** The highest sequence number whose access rules were known at signing. The entry's `since` must not be higher. */
  sequence: number;
  level: Level;
}

/**
 * Labels that the lookup climbed to the entry whose rule admitted the person: 0 for the hostname's own entry, 1–3 for a wildcard's.
 * If the own entry goes, the session is not valid for a wildcard that takes its place with a lower `since`.
 */
export type Level = number;

export function isLevel(level: number): boolean {
  return level >= 0 && level <= WILDCARD_STEPS;
}

/** A session lasts for an hour, and can be renewed until eight hours after the sign-in. */
export const SESSION_SECONDS: Seconds = 3_600;
export const SIGN_IN_SECONDS: Seconds = 28_800;

/** The end of a session that begins or is renewed now; undefined if the person must sign in again. */
export function sessionEnd(signedInAt: Seconds, now: Seconds): Seconds | undefined {
  const last = signedInAt + SIGN_IN_SECONDS;
  return now < last ? Math.min(now + SESSION_SECONDS, last) : undefined;
}

/** `END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.SUBJECT.USER`. */
export const SESSION: Kind<Session> = {
  word: 'session',
  print: ({ endsAt, sequence, signedInAt, epoch, level, subject, user }) =>
    [...[endsAt, sequence, signedInAt, epoch, level].map(printNumber), subject, user].join('.'),
  parse: (body) => {
    const [end, number, start, round, up, subject = '', user = ''] = cutFields(body, 6) ?? [];
    const [endsAt, sequence, signedInAt, epoch, level] = [end, number, start, round, up].map(
      parseNumber,
    ) as Numbers;
    return areNumbers(endsAt, sequence, signedInAt, epoch) &&
      isLevel(level) &&
      isBits128(subject) &&
      isUser(user)
      ? { endsAt, sequence, signedInAt, epoch, level, subject, user }
      : undefined;
  },
};

type Numbers = [number, number, number, number, number];
