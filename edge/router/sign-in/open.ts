import type { Hostname } from '../../../core/wire/brands.ts';
import { type IsMac, type Opened, openSigned } from '../../../core/wire/session.ts';
import { md5 } from '../md5.ts';
import { crypto } from '../modules.ts';

/** Compares hashes of both MACs: a person who learned one could not make the MAC of it. CloudFront has no comparison in constant time. */
const isMac: IsMac = (key, text, given) => md5(hmac(key, text)) === md5(given);

export function hmac(key: string, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('base64url');
}

/** Opens a text for one hostname of this deployment, under the keys of `:keys`. */
export function openFor(
  kind: string,
  host: Hostname,
  text: string,
  words: readonly string[],
): Opened | undefined {
  return openSigned(kind + '|' + DEPLOYMENT + '|' + host + '|', text, words, Date.now() / 1000, isMac);
}
