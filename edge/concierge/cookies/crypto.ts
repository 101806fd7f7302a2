import { type BinaryLike, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 of a text, in base64url. The key is the text of 43 characters, not the bytes that it encodes. */
export function hmac(key: BinaryLike, text: BinaryLike): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Whether `given` is the HMAC of a text. The time of the comparison says nothing about the right one. */
export function isHmac(key: BinaryLike, text: BinaryLike, given: string): boolean {
  const [right, other] = [Buffer.from(hmac(key, text)), Buffer.from(given)];
  return right.length === other.length && timingSafeEqual(right, other);
}

/** SHA-256 of a text, in base64url. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** 128 random bits: 22 characters of base64url. */
export function randomBits128(): string {
  return randomBytes(16).toString('base64url');
}
