/**
 * The part of sign-in that the router shares with core/session/: names, the key object of the store, and the check of sessions and
 * passes. docs/inside/session-format.md describes the texts. This file keeps to the edge's language.
 */

/** The session of one hostname: `1.END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.SUBJECT.USER.MAC`. */
export const SESSION_COOKIE = '__Host-proxy-session';

/** The header in which a program sends its pass for one hostname: `1.END.ID.NAME.MAC`. */
export const PASS_HEADER = 'x-proxy-pass';

/** The key of the store that holds the keys for sessions and passes. A hostname has no colon. */
export const KEYS_KEY = ':keys';

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

/** Reads the value of `:keys`. Undefined for any other value: a short key would be easy to guess. */
export function readKeys(value: string): WireKeys | undefined {
  if (
    value.search(/^k1 [\da-z]{1,11} [\w-]{43} ([\w-]{43}|-) ([\w-]{43}|-) ([\w-]{12}(,[\w-]{12}){0,19}|-)$/)
  )
    return undefined;
  const words = value.split(' ');
  return {
    epoch: parseInt(words[1] as string, 36),
    keys: words.slice(2, 5).filter((word) => word !== '-'),
    revoked: words[5] as string,
  };
}

/**
 * Whether a MAC belongs to a text under one of the keys. It compares MACs of both MACs: the time of a comparison then says nothing
 * about the MAC that was expected.
 */
export function isAuthentic(text: string, given: string, keys: readonly string[], mac: Mac): boolean {
  return keys.some((key) => mac(key, mac(key, text)) === mac(key, given));
}

/** A session or pass that is authentic and in time, by the positions below. */
export type Opened = readonly string[];

export const END = 2;
export const SEQUENCE = 3;
export const SIGNED_IN = 4;
export const EPOCH = 5;
export const LEVEL = 6;
export const SUBJECT = 7;
export const USER = 8;

/**
 * Opens the session of a hostname. Undefined unless it is authentic, not from an earlier epoch, and before its end. The caller
 * compares its sequence number with that of the entry, and its level with the labels that the lookup climbed to the entry. If one
 * of them does not fit, the session is for another rule, and the viewer has to come again as if there were none.
 *
 * @param scope deployment, `|` and hostname
 * @param now epoch seconds
 */
export function openSession(
  value: string,
  scope: string,
  keys: WireKeys,
  now: number,
  mac: Mac,
): Opened | undefined {
  const found =
    /^1\.(([\da-z]{1,11})\.([\da-z]{1,11})\.([\da-z]{1,11})\.([\da-z]{1,11})\.([0-3])\.([\w-]{22})\.([!-~]{1,254}))\.([\w-]{43})$/.exec(
      value,
    );
  return found &&
    parseInt(found[END] as string, 36) > now &&
    parseInt(found[EPOCH] as string, 36) >= keys.epoch &&
    isAuthentic(`1|session|${scope}|${found[1]}`, found[9] as string, keys.keys, mac)
    ? found
    : undefined;
}

export const PASS_ID = 3;
export const PASS_NAME = 4;

/** Opens the pass for a hostname. Undefined unless it is authentic, before its end and not revoked. */
export function openPass(
  value: string,
  scope: string,
  keys: WireKeys,
  now: number,
  mac: Mac,
): Opened | undefined {
  const found = /^1\.(([\da-z]{1,11})\.([\w-]{12})\.([a-z\d-]{1,32}))\.([\w-]{43})$/.exec(value);
  return found &&
    parseInt(found[END] as string, 36) > now &&
    !keys.revoked.includes(found[PASS_ID] as string) &&
    isAuthentic(`1|pass|${scope}|${found[1]}`, found[5] as string, keys.keys, mac)
    ? found
    : undefined;
}
