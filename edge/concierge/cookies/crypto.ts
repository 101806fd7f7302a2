import { type BinaryLike, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IsMac, Mac } from '../../../core/session/signed.ts';

/** HMAC-SHA256 of a text, in base64url. The key is the text of 43 characters, not the bytes that it encodes. */
export function hmac(key: BinaryLike, text: BinaryLike): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Whether `given` is the HMAC of a text. */
export function isHmac(key: BinaryLike, text: BinaryLike, given: string): boolean {
  return areEqual(hmac(key, text), given);
}

/** The MAC of the texts that the router reads as well. */
export const mac: Mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');

export const isMac: IsMac = (key, text, given) => areEqual(mac(key, text), given);

/** The time of the comparison says nothing about the right text. */
function areEqual(right: string, given: string): boolean {
  const [one, other] = [Buffer.from(right), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** SHA-256 of a text, in base64url. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** 128 random bits: 22 characters of base64url. */
export function randomBits128(): string {
  return randomBytes(16).toString('base64url');
}
