import type { Seconds } from '../wire/brands.ts';
import { areNumbers, cutFields, isBits128, parseNumber, printNumber } from './fields.ts';
import { isLevel, type Level, type SignedIn } from './session.ts';
import type { Kind } from './signed.ts';
import { isUser } from './user.ts';

/** The way of a sign-in from the base domain to the app's hostname, in the query of `arrive`, which a page of ours loads as a picture. */
export interface Ticket extends SignedIn {
  endsAt: Seconds;
  /** Binds the ticket to the browser: made from the app hostname's own cookie, 22 characters of base64url. */
  browser: string;
  /** As in the session that the ticket becomes. */
  sequence: number;
  level: Level;
}

/** A ticket lasts for a minute. */
export const TICKET_SECONDS: Seconds = 60;

/** `END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.BROWSER.SUBJECT.USER`. */
export const TICKET: Kind<Ticket> = {
  word: 'ticket',
  letter: 't',
  print: ({ endsAt, sequence, signedInAt, epoch, level, browser, subject, user }) =>
    [...[endsAt, sequence, signedInAt, epoch, level].map(printNumber), browser, subject, user].join('.'),
  parse: (body) => {
    const [end, number, start, round, up, browser = '', subject = '', user = ''] = cutFields(body, 7) ?? [];
    const [endsAt, sequence, signedInAt] = [parseNumber(end), parseNumber(number), parseNumber(start)];
    const [epoch, level] = [parseNumber(round), parseNumber(up)];
    return areNumbers(endsAt, sequence, signedInAt, epoch) &&
      isLevel(level) &&
      isBits128(browser) &&
      isBits128(subject) &&
      isUser(user)
      ? { endsAt, sequence, signedInAt, epoch, level, browser, subject, user }
      : undefined;
  },
};
