/**
 * The part of sign-in that the router shares with core/session/: names, the key object of the store, and the check of sessions and
 * passes. docs/inside/session-format.md describes the texts. This file keeps to the edge's language.
 */

/** The session of one hostname: `1.END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.SUBJECT.USER.MAC`. */
export const SESSION_COOKIE = '__Host-proxy-session';

/** The newest fact about a hostname, which a browser may know before the edge: `1.END.SEQUENCE.ACCESS.….MAC`. */
export const HINT_COOKIE = '__Host-proxy-hint';

/** The header in which a program sends its pass for one hostname: `1.END.ID.NAME.MAC`. */
export const PASS_HEADER = 'x-proxy-pass';

/** The key of the store that holds the keys for sessions and passes. A hostname has no colon. */
export const KEYS_KEY = ':keys';

/** The positions of the fields of a session. Constants come first, because the build inlines only those. */
export const END = 0;
export const SEQUENCE = 1;
export const SIGNED_IN = 2;
export const EPOCH = 3;
export const LEVEL = 4;
export const SUBJECT = 5;
/** The first part: a user may contain dots. */
export const USER = 6;

export const PASS_ID = 1;
export const PASS_NAME = 2;

/** The access word of an entry, without its rule: `o`, or `g` and the number of the rule. */
export const HINT_ACCESS = 2;
/** A port, or the letter of a closed state or of a hostname that is gone. With a letter the hint has no more fields. */
export const HINT_TO = 3;
export const HINT_INSTANCE = 4;
/** The first part: the word of an address in an entry, which contains dots. */
export const HINT_ADDRESS = 5;

/**
 * HMAC-SHA256 of a text, in base64url without padding: 43 characters. The key is the ASCII text of 43 base64url characters as
 * `:keys` has it, not the bytes that it encodes.
 */
export type Mac = (key: string, text: string) => string;

/** The value of `:keys` as the router reads it. */
export interface WireKeys {
  epoch: number;
  /** The current key, then the previous and the next one if they exist. */
  keys: readonly string[];
  /** Ids of revoked passes between commas, or `-`. All ids have the same length, so `includes` finds a whole id only. */
  revoked: string;
}

/**
 * Reads the value of `:keys`, which only the updater writes. Undefined without a key: a short one would be easy to guess. Any other
 * fault makes every session and pass invalid.
 */
export function readKeys(value: string): WireKeys | undefined {
  const words = value.split(' ');
  const keys = words.slice(2, 5).filter((word) => word[42]);
  return keys[0]
    ? { epoch: parseInt(words[1] as string, 36), keys: keys, revoked: words[5] as string }
    : undefined;
}

/**
 * Whether a MAC belongs to a text under one of the keys. It compares MACs of both MACs: the time of a comparison then says nothing
 * about the MAC that was expected.
 */
export function isAuthentic(text: string, given: string, keys: readonly string[], mac: Mac): boolean {
  return keys.some((key) => mac(key, mac(key, text)) === mac(key, given));
}

/** The fields of a session or pass that is authentic and in time, by the positions below. */
export type Opened = readonly string[];

/**
 * Opens the session of a hostname, or a pass for it: undefined unless it is authentic, before its end, and neither from an earlier
 * epoch nor revoked. The fields are not checked, because only `sign` makes an authentic text, and it refuses any other field.
 *
 * The caller compares the sequence number of a session with that of the entry, and its level with the labels that the lookup climbed
 * to the entry. If one of them does not fit, the session is for another rule, and the viewer has to come again as if there were none.
 *
 * @param scope deployment, `|` and hostname
 * @param now epoch seconds
 */
export function openSigned(
  kind: 'session' | 'pass',
  text: string,
  scope: string,
  keys: WireKeys,
  now: number,
  mac: Mac,
): Opened | undefined {
  // No text is longer, and the cost of an expression grows with the length.
  const found = /^1\.(.+)\.([\w-]{43})$/.exec(text.slice(0, 400));
  const body = found ? (found[1] as string) : '';
  const fields = body.split('.');
  return found &&
    isAuthentic(`1|${kind}|${scope}|${body}`, found[2] as string, keys.keys, mac) &&
    parseInt(fields[END] as string, 36) > now &&
    (fields[USER]
      ? parseInt(fields[EPOCH] as string, 36) >= keys.epoch
      : !keys.revoked.includes(fields[PASS_ID] as string))
    ? fields
    : undefined;
}
