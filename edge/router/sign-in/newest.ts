import type { EdgeRequest } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import { FACT, HINT_COOKIE, MAC_LENGTH, SEQUENCE, SEQUENCE_DIGITS } from '../../../core/wire/session.ts';
import { present } from '../certain.ts';
import { hmac, isAuthentic } from './authentic.ts';

/**
 * The value of a hostname: the stored one, or the one that an authentic hint stands for, if the hint has a higher number. The later
 * write has the later access rule (docs/decisions/0462).
 *
 * A hint has no token, because the viewer reads it. The router computes the token, as the updater does (updater/tokens/origin-tokens.ts).
 *
 * @param keys the value of `:keys`
 */
export function newestOf(value: string, host: Hostname, request: EdgeRequest, keys: string): string {
  const hint = present(request.cookies[HINT_COOKIE]).value;
  // The number of an entry is its last word, after a `#`, and in base 36. A missing entry has none.
  if (
    !isAuthentic('h', host, hint, keys) ||
    +hint.slice(SEQUENCE, SEQUENCE + SEQUENCE_DIGITS) <= parseInt(value.slice(value.lastIndexOf('#') + 1), 36)
  )
    return value;
  const words = hint.slice(FACT, -MAC_LENGTH - 1).split('~');
  const beginning = '3 ' + words[0] + ' ' + words[1] + ' ';
  // After a letter the router reads no more words.
  if (!words[2]) return beginning;
  const secret = keys.slice(keys.lastIndexOf(' ') + 1);
  // Without the origin secret the app would refuse its token.
  if (!secret[1]) return value;
  return beginning + hmac(secret, host, 'base64url').slice(0, 16) + ' ' + words[2] + ' ' + words[3] + ' ';
}
