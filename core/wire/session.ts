/**
 * The part of sign-in that the router shares with core/session/: names, places, and the check of texts with a MAC.
 * docs/inside/session-format.md describes the texts. Fields that the router reads stand at fixed places, because cutting a text at
 * places costs the edge half as much as splitting it. This file keeps to the edge's language.
 */

/** The session of one hostname: `1.END.SEQUENCE.EPOCH.SIGNEDIN.LEVEL.SUBJECT.USER.MAC`. */
export const SESSION_COOKIE = '__Host-proxy-session';

/** The newest fact about a hostname, which a browser may know before the edge: `1.END.SEQUENCE.ACCESS~….MAC`. */
export const HINT_COOKIE = '__Host-proxy-hint';

/** The header in which a program sends its pass for one hostname. A pass has the fields of a session. */
export const PASS_HEADER = 'x-proxy-pass';

/** The key of the store that holds the keys for sessions and passes. A hostname has no colon. */
export const KEYS_KEY = ':keys';

/**
 * Cookies of one name that are read: each costs MACs, and readers disagree which of several counts. A browser sends two at most, one with a
 * partition and one without.
 */
export const MOST_COOKIES = 3;

/** Digits of an END, a SIGNEDIN and an EPOCH, and of a SEQUENCE. A smaller number has zeros before it. */
export const TIME_DIGITS = 10;
export const SEQUENCE_DIGITS = 11;

/** The places at which the fields of a text begin. Constants come first, because the build inlines only those. */
export const END = 2;
export const SEQUENCE = 13;
/** Of a session or pass. */
export const EPOCH = 25;
export const LEVEL = 47;
/** The subject of a person, or the id of a pass. */
export const SUBJECT = 49;
export const SUBJECT_LENGTH = 22;
export const ID_LENGTH = 12;
/** Of a hint: the words of a value with `~` between them. Without the token and the marks. */
export const FACT = 25;

/** The level of a pass, which is valid at each level. */
export const EVERY_LEVEL = '*';

/** The places of the words of `:keys`: `EPOCH CURRENT PREVIOUS NEXT REVOKED ORIGIN`. An absent key is dots, with one in place of the blank. */
export const FIRST_KEY = 11;
export const KEY_LENGTH = 43;
export const REVOKED = 143;

/** A kind of text, as its MAC names it: session, pass, who, ticket, state (of a sign-in), hint. */
export type KindLetter = 's' | 'p' | 'w' | 't' | 'i' | 'h';

/** HMAC-SHA256 in hexadecimal. */
export const MAC_LENGTH = 64;
