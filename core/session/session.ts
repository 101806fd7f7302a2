import type { Seconds } from '../wire/brands.ts';
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
}

/** A session lasts for an hour, and can be renewed until eight hours after the sign-in. */
export const SESSION_SECONDS: Seconds = 3_600;
export const SIGN_IN_SECONDS: Seconds = 28_800;

/** The end of a session that begins or is renewed now; undefined if the person must sign in again. */
export function sessionEnd(signedInAt: Seconds, now: Seconds): Seconds | undefined {
  const last = signedInAt + SIGN_IN_SECONDS;
  return now < last ? Math.min(now + SESSION_SECONDS, last) : undefined;
}

/** `END.SEQUENCE.SIGNEDIN.EPOCH.SUBJECT.USER`. */
export const SESSION: Kind<Session> = {
  word: 'session',
  print: ({ endsAt, sequence, signedInAt, epoch, subject, user }) =>
    [...[endsAt, sequence, signedInAt, epoch].map(printNumber), subject, user].join('.'),
  parse: (body) => {
    const [end, number, start, round, subject = '', user = ''] = cutFields(body, 5) ?? [];
    const [endsAt, sequence, signedInAt, epoch] = [end, number, start, round].map(parseNumber) as Numbers;
    return areNumbers(endsAt, sequence, signedInAt, epoch) && isBits128(subject) && isUser(user)
      ? { endsAt, sequence, signedInAt, epoch, subject, user }
      : undefined;
  },
};

type Numbers = [number, number, number, number];
