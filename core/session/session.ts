import type { Seconds } from '../wire/brands.ts';
import { WILDCARD_STEPS } from '../wire/hostname.ts';
import { SEQUENCE_DIGITS, TIME_DIGITS } from '../wire/session.ts';
import { areNumbers, cutFields, isBits128, parseNumber, parsePadded, printPadded } from './fields.ts';
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

/** `END.SEQUENCE.EPOCH.SIGNEDIN.LEVEL.SUBJECT.USER`. */
export const SESSION: Kind<Session> = {
  word: 'session',
  letter: 's',
  print: ({ endsAt, sequence, epoch, signedInAt, level, subject, user }) =>
    [
      printPadded(endsAt, TIME_DIGITS),
      printPadded(sequence, SEQUENCE_DIGITS),
      printPadded(epoch, TIME_DIGITS),
      printPadded(signedInAt, TIME_DIGITS),
      level,
      subject,
      user,
    ].join('.'),
  parse: (body) => {
    const [end, number, round, start, up, subject = '', user = ''] = cutFields(body, 6) ?? [];
    const endsAt = parsePadded(end, TIME_DIGITS);
    const sequence = parsePadded(number, SEQUENCE_DIGITS);
    const epoch = parsePadded(round, TIME_DIGITS);
    const signedInAt = parsePadded(start, TIME_DIGITS);
    const level = parseNumber(up);
    return areNumbers(endsAt, sequence, epoch, signedInAt) &&
      isLevel(level) &&
      isBits128(subject) &&
      isUser(user)
      ? { endsAt, sequence, signedInAt, epoch, level, subject, user }
      : undefined;
  },
};
