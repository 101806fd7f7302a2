import { isCount } from '../json.ts';

/**
 * The viewers that a hostname admits: all, or only signed-in viewers whose session is not older than the last change of the access
 * rule or the claimant. No hostname is gated yet, and the router refuses gated entries.
 */
export type Access = 'public' | { readonly since: number };

/** The access word of a value: `p`, or `g` and the sequence number in base 36. */
export function encodeAccess(access: Access): string {
  return access === 'public' ? 'p' : `g${access.since.toString(36)}`;
}

/** Decodes an access word. Undefined for a word that `encodeAccess` cannot write. */
export function decodeAccess(word: string): Access | undefined {
  if (word === 'p') return 'public';
  const since = word.startsWith('g') ? Number.parseInt(word.slice(1), 36) : Number.NaN;
  return isCount(since) && `g${since.toString(36)}` === word ? { since } : undefined;
}
