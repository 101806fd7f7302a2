import type { EdgeRequest } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  HINT_ACCESS,
  HINT_ADDRESS,
  HINT_COOKIE,
  HINT_INSTANCE,
  HINT_TO,
  ORIGIN,
  SEQUENCE,
} from '../../../core/wire/session.ts';
import { present } from '../certain.ts';
import { hmac, openFor } from './open.ts';

/**
 * The value of a hostname: the stored one, or the one that an authentic hint stands for, if the hint has a higher number. The later
 * write has the later access rule (docs/decisions/0462).
 *
 * A hint has no token, because the viewer reads it. The router computes the token, as the updater does (updater/tokens/origin-tokens.ts).
 *
 * @param keys the value of `:keys`
 */
export function newestOf(value: string, host: Hostname, request: EdgeRequest, keys: string): string {
  const words = keys.split(' ');
  const hint = openFor('hint', host, present(request.cookies[HINT_COOKIE]).value, words);
  // The number of an entry is its last word, after a `#`, and in base 36. A missing entry has none.
  if (!hint || +present(hint[SEQUENCE]) <= parseInt(present(value.split('#').pop()), 36)) return value;
  // Without the origin secret the app would refuse its token.
  if (hint[HINT_INSTANCE] && !present(words[ORIGIN])[1]) return value;
  // After a letter the router reads no more words.
  return [
    '3',
    hint[HINT_ACCESS],
    hint[HINT_TO],
    hmac(present(words[ORIGIN]), host).slice(0, 16),
    hint.slice(HINT_ADDRESS, -1).join('.'),
    hint[HINT_INSTANCE],
    '',
  ].join(' ');
}
