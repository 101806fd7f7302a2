import { areNumbers, parseNumber, printNumber } from '../../core/session/fields.ts';
import type { Hostname, Seconds } from '../../core/wire/brands.ts';
import { hmac, isHmac, sha256 } from './cookies/crypto.ts';
import type { Desk } from './desk.ts';
import type { SignInProof } from './provider/provider.ts';

/** The browser in a ticket or state: a hash, since the cookie itself never leaves its hostname. */
export function bindingOf(host: Hostname, browser: string): string {
  return sha256(`browser|${host}|${browser}`).slice(0, 22);
}

/**
 * The values that bind a sign-in at the provider to one browser: only this browser has the cookie, and only we have the key. So no
 * cookie is needed for each sign-in, and tabs do not disturb each other.
 */
export function signInProof(desk: Desk, key: string, browser: string, state: string): SignInProof {
  const proof = (use: string) => hmac(key, `1|${use}|${desk.deployment}|${browser}|${state}`);
  return { state, nonce: proof('nonce'), verifier: proof('verifier') };
}

/** A word from us that comes back by way of the browser: `END.MAC`. It is valid for one use and one subject. */
export function printWord(desk: Desk, key: string, use: Use, subject: string, endsAt: Seconds): string {
  const end = printNumber(endsAt);
  return `${end}.${hmac(key, wordText(desk, use, subject, end))}`;
}

/** Whether a word is ours, for this use and subject, and before its end. */
export function isWord(
  desk: Desk,
  keys: readonly string[],
  use: Use,
  subject: string,
  word: string,
  now: Seconds,
): boolean {
  const [, end = '', given = ''] = /^(\d{1,16})\.([\w-]{43})$/.exec(word) ?? [];
  const endsAt = parseNumber(end);
  if (!areNumbers(endsAt) || now >= endsAt) return false;
  const text = wordText(desk, use, subject, end);
  return keys.some((key) => isHmac(key, text, given));
}

/** `again`: the person has asked to sign in again. `out`: the person has signed out at an app. */
export type Use = 'again' | 'out';

function wordText({ deployment }: Desk, use: Use, subject: string, end: string): string {
  return `1|${use}|${deployment}|${subject}|${end}`;
}
