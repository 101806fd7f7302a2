import type { Seconds } from '../wire/brands.ts';
import { areNumbers, cutFields, isBits128, parseNumber, printNumber } from './fields.ts';
import { isReturnPath } from './return-path.ts';
import { isLevel, type Level, type SignedIn } from './session.ts';
import type { Kind } from './signed.ts';
import { isUser } from './user.ts';

/** The way of a sign-in from the base domain to the app's hostname, in the query of `arrive`. */
export interface Ticket extends SignedIn {
  endsAt: Seconds;
  /** Binds the ticket to the browser: made from the app hostname's own cookie, 22 characters of base64url. */
  browser: string;
  /** As in the session that the ticket becomes. */
  sequence: number;
  level: Level;
  /** Where the person goes on. */
  to: string;
}

/** A ticket lasts for a minute. */
export const TICKET_SECONDS: Seconds = 60;

/** `END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.BROWSER.SUBJECT.USER,TO`: a user has no comma. */
export const TICKET: Kind<Ticket> = {
  word: 'ticket',
  print: ({ endsAt, sequence, signedInAt, epoch, level, browser, subject, user, to }) =>
    [
      ...[endsAt, sequence, signedInAt, epoch, level].map(printNumber),
      browser,
      subject,
      `${user},${to}`,
    ].join('.'),
  parse: (body) => {
    const [end, number, start, round, up, browser = '', subject = '', rest = ''] = cutFields(body, 7) ?? [];
    const [endsAt, sequence, signedInAt, epoch, level] = [end, number, start, round, up].map(parseNumber) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const comma = rest.indexOf(',');
    const user = rest.slice(0, Math.max(comma, 0));
    const to = rest.slice(comma + 1);
    return areNumbers(endsAt, sequence, signedInAt, epoch) &&
      isLevel(level) &&
      isBits128(browser) &&
      isBits128(subject) &&
      isUser(user) &&
      isReturnPath(to)
      ? { endsAt, sequence, signedInAt, epoch, level, browser, subject, user, to }
      : undefined;
  },
};
