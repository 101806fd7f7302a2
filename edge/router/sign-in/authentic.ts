import type { Hostname } from '../../../core/wire/brands.ts';
import { FIRST_KEY, KEY_LENGTH, type KindLetter, MAC_LENGTH, REVOKED } from '../../../core/wire/session.ts';
import { crypto } from '../modules.ts';

/** HMAC-SHA256 of a text. */
export function hmac(key: string, text: string, encoding: 'hex' | 'base64url'): string {
  return crypto.createHmac('sha256', key).update(text).digest(encoding);
}

/**
 * Whether a text is authentic for one hostname of this deployment, and before its end. The MAC is that of all characters before it. The
 * fields are not checked, because only `sign` makes an authentic text, and it refuses any other field.
 *
 * CloudFront has no comparison of texts in constant time, so numbers are compared first. They hold the first 53 bits of each MAC: the
 * time of the second comparison can tell something only to a viewer who has guessed those bits.
 *
 * All of this is one function, because a call costs as much as cutting a field.
 *
 * @param letter of the kind
 * @param keys the value of `:keys`; in any other value no key ends at its place
 */
export function isAuthentic(letter: KindLetter, host: Hostname, text: string, keys: string): boolean {
  // The end has the digits of the seconds in the milliseconds of now. In the last second the dot after it is less than a digit.
  // No text is longer, and the cost of a MAC grows with the length. In a text beyond ASCII njs counts to find a place.
  if (text.length < 401 && text > '1.' + Date.now()) {
    const signed = letter + '|' + DEPLOYMENT + '|' + host + '|' + text.slice(0, -MAC_LENGTH);
    const given = text.slice(-MAC_LENGTH);
    for (let at = FIRST_KEY; at < REVOKED; at += KEY_LENGTH + 1) {
      const mac = keys[at + KEY_LENGTH] === ' ' && hmac(keys.slice(at, at + KEY_LENGTH), signed, 'hex');
      if (mac && +('0x' + mac) === +('0x' + given) && mac === given) return true;
    }
  }
  return false;
}
