import type { Seconds } from '../wire/brands.ts';
import { EVERY_LEVEL, SEQUENCE_DIGITS, TIME_DIGITS } from '../wire/session.ts';
import { areNumbers, cutFields, isShortName, parsePadded, printPadded } from './fields.ts';
import type { Kind } from './signed.ts';
import { PASS_USER } from './user.ts';

/** The header with which a program may open one hostname. */
export interface Pass {
  endsAt: Seconds;
  madeAt: Seconds;
  /** 12 characters of base64url, by which the pass is revoked. */
  id: string;
  /** The program, as apps see it after `pass:`. */
  name: string;
}

/** A pass lasts for thirty days at most. */
export const LONGEST_PASS: Seconds = 2_592_000;

/**
 * A change of the access rule or the claimant ends the passes that were made a minute and more before. Sequence numbers are not lower
 * than the time of their write, and the write that a person waits for may be in the same second as the pass.
 */
export const PASS_GRACE: Seconds = 60;

/** The last epoch, which no person has: an order to sign people out does not end passes. */
const NO_EPOCH = '9'.repeat(TIME_DIGITS);

/** 12 characters of base64url: 72 bits. */
export function isPassId(text: string): boolean {
  return /^[\w-]{12}$/.test(text);
}

/**
 * The fields of a session, so that the router checks both alike: `END.SEQUENCE.EPOCH.MADE.LEVEL.ID.USER`. The updater makes a pass without
 * the entry, so a pass is valid at every level.
 */
export const PASS: Kind<Pass> = {
  word: 'pass',
  letter: 'p',
  print: ({ endsAt, madeAt, id, name }) =>
    [
      printPadded(endsAt, TIME_DIGITS),
      printPadded(madeAt + PASS_GRACE, SEQUENCE_DIGITS),
      NO_EPOCH,
      printPadded(madeAt, TIME_DIGITS),
      EVERY_LEVEL,
      id,
      `${PASS_USER}${name}`,
    ].join('.'),
  parse: (body) => {
    const [end, , , start, , id = '', user = ''] = cutFields(body, 6) ?? [];
    const pass = {
      endsAt: parsePadded(end, TIME_DIGITS),
      madeAt: parsePadded(start, TIME_DIGITS),
      id,
      name: user.slice(PASS_USER.length),
    };
    return areNumbers(pass.endsAt, pass.madeAt) &&
      isPassId(id) &&
      isShortName(pass.name) &&
      PASS.print(pass) === body
      ? pass
      : undefined;
  },
};
