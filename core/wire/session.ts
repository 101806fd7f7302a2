/**
 * The part of sign-in that the router shares with core/session/: names, and the check of texts with a MAC.
 * docs/inside/session-format.md describes the texts. This file keeps to the edge's language.
 */

/** The session of one hostname: `1.END.SEQUENCE.SIGNEDIN.EPOCH.LEVEL.SUBJECT.USER.MAC`. */
export const SESSION_COOKIE = '__Host-proxy-session';

/** The newest fact about a hostname, which a browser may know before the edge: `1.END.SEQUENCE.ACCESS.….MAC`. */
export const HINT_COOKIE = '__Host-proxy-hint';

/** The header in which a program sends its pass for one hostname. A pass has the fields of a session. */
export const PASS_HEADER = 'x-proxy-pass';

/** The key of the store that holds the keys for sessions and passes. A hostname has no colon. */
export const KEYS_KEY = ':keys';

/** Cookies of sign-in that a browser may send under one name: readers disagree which of several counts. */
export const MOST_COOKIES = 4;

/** The positions of the fields of a session or pass. Constants come first, because the build inlines only those. */
export const END = 1;
export const SEQUENCE = 2;
export const EPOCH = 4;
/** The levels at which the text is valid, a digit each. */
export const LEVEL = 5;
/** The subject of a person, or the id of a pass. */
export const SUBJECT = 6;
/** The first part of the user, which may contain dots. After the last part comes an empty text, where the MAC was. */
export const USER = 7;

/** The access word of an entry, without its rule: `o`, or `g` and the number of the rule. */
export const HINT_ACCESS = 3;
/** A port, or the letter of a closed state or of a hostname that is gone. With a letter the hint has no more fields. */
export const HINT_TO = 4;
export const HINT_INSTANCE = 5;
/** The first part: the word of an address in an entry, which contains dots. */
export const HINT_ADDRESS = 6;

/** The positions of the words of `:keys`: `k1 EPOCH CURRENT PREVIOUS NEXT REVOKED ORIGIN`, with `-` for none. */
export const KEYS_EPOCH = 1;
export const FIRST_KEY = 2;
export const REVOKED = 5;
export const ORIGIN = 6;

/** A key of this length or more is not `-`, nor easy to guess: 43 characters, of which the last one is here. */
export const KEY_END = 42;

/** Characters of a MAC. */
export const MAC_LENGTH = 43;

/**
 * Whether `given` is the MAC of a text: HMAC-SHA256 in base64url without padding. The time that it takes must not tell how much of
 * a wrong MAC is right. The key is the ASCII text of 43 base64url characters as `:keys` has it, not the bytes that it encodes.
 */
export type IsMac = (key: string, text: string, given: string) => boolean;

/** The fields of a text that is authentic and in time, by the positions above. */
export type Opened = readonly string[];

/**
 * Opens a text whose second field is its end: undefined unless it is authentic and before its end. The MAC is that of all characters
 * before it, and the fields are made of the same characters. They are not checked, because only `sign` makes an authentic text, and it
 * refuses any other field.
 *
 * @param scope kind, deployment and hostname, each with `|` after it
 * @param words of `:keys`
 * @param now epoch seconds
 */
export function openSigned(
  scope: string,
  text: string,
  words: readonly string[],
  now: number,
  isMac: IsMac,
): Opened | undefined {
  // No text is longer, and the cost of a MAC grows with the length.
  if (text[400]) return undefined;
  const signed = text.slice(0, -MAC_LENGTH);
  const fields = signed.split('.');
  if (!(+(fields[END] as string) > now)) return undefined;
  for (let i = FIRST_KEY; i < REVOKED; i++) {
    const key = words[i] as string;
    if (key[KEY_END] && isMac(key, scope + signed, text.slice(-MAC_LENGTH))) return fields;
  }
  return undefined;
}

/**
 * Whether an opened session or pass is still valid: not from an earlier epoch nor revoked, and at a hostname with an entry for the
 * access rule of that entry. A session is longer than the id of a pass, so its subject is not among the revoked ones.
 *
 * @param words of `:keys`
 * @param since the number of the entry's access rule; 0 for a hostname without an entry
 * @param level labels that the lookup climbed to the entry. Otherwise the session is for another rule
 */
export function isValid(fields: Opened, words: readonly string[], since: number, level: number): boolean {
  return (
    +(fields[EPOCH] as string) >= +(words[KEYS_EPOCH] as string) &&
    !(words[REVOKED] as string).includes(fields[SUBJECT] as string) &&
    (!since || (+(fields[SEQUENCE] as string) >= since && (fields[LEVEL] as string).includes(`${level}`)))
  );
}
