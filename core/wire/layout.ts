/**
 * The layout of a value in the KeyValueStore. The key is a hostname (`*.suffix` for a wildcard). The value is words of ASCII,
 * separated by one blank, at most 1 KB; docs/inside/store-format.md shows it byte by byte. `entry.ts` writes and reads the whole
 * value, the router reads the parts that one request needs. This file keeps to the edge's language, so that both can import it.
 *
 *     3 p 80 token ec2-203-0-113-25.compute-1.amazonaws.com i-0123456789abcdef0 1795436239 main#42
 *     3 p {"":1,"/api":8080,"/":80} token ec2-203-0-113-25.compute-1.amazonaws.com i-0123456789abcdef0 1795436239 main#42
 *     3 p A i-0123456789abcdef0 1795436239 main#42
 *     3 p [80,"token",72,[932868,5871822]] ec2-… i-… 1795436239  ec2-… i-… 1795436239 main#42
 *
 * The access word is `p` in a deployment without sign-in. With sign-in it is `o` for a hostname that is open to every viewer, or `g`,
 * a sequence number in base 36 and perhaps a colon and the access rule, which the router skips: `gtoyfgw:group:devs`. A session with
 * a lower number is refused.
 *
 * The format version and the access word come first, the deployment and the sequence number last. Between them are the destination
 * of the hostname and the instances: address, id and launch time of each. Reading costs most at the edge, so most values are plain,
 * and one regular expression reads them: live, one instance, and a port for all paths or for each path. A closed entry is the letter
 * of its state, then the expiry and the end of the claim, if it has them, and instances without names. Every other entry has a head,
 * JSON without a blank:
 *
 *     0 rules                          3 pick seed of each instance, in a pool; else 0
 *     1 token, '' for none             4 expiry in epoch seconds, or 0
 *     2 width of an instance, in a     5 1 if every instance is draining
 *       pool: all are filled up to
 *       it with blanks; else 0         Trailing zeros are left out, 2 and 3 together.
 *
 * Rules are by path, `{"":1,"/api":8080,"/":80}`; if `/` is the only path, its value stands alone. The empty key holds the
 * depth: the number of segments of the longest path, negative if a path is exact (with `=` before it). The value of a
 * path is the port of all instances (`80`), the letter of a closed state (`"A"`), or a list of alternatives, each
 * `[to, options]`: `to` a port, a letter, or three numbers for each backend (instance, port, weight).
 *
 * Options are objects with one-letter keys. A reader that meets an unknown version, state or option, or
 * a longer head, refuses the entry. So facts can be added, and an old router never misreads a new value.
 */
export const FORMAT_VERSION = '3';

/** The letter of a hostname that is gone. */
export const GONE_LETTER = 'G';

/** The key of the depth in rules by path. */
export const DEPTH = '';

/** The number of facts in a head without an expiry, and the maximum. */
export const ENDLESS_HEAD = 4;
export const WHOLE_HEAD = 6;

/** The states in which an entry has no address, and their letters. */
export const CLOSED_LETTERS = {
  starting: 'S',
  asleep: 'A',
  waking: 'W',
  maintenance: 'M',
  conflict: 'C',
} as const;
export type ClosedState = keyof typeof CLOSED_LETTERS;
export type ClosedLetter = (typeof CLOSED_LETTERS)[ClosedState];

/** k: sticky cookie, m: conditions, s: strip, t: name on the TLS certificate, w: seconds to wait for the app. */
export type WireRuleOptions = {
  readonly k?: string;
  readonly m?: readonly WireCondition[];
  readonly s?: 1;
  readonly t?: string;
  readonly w?: number;
};

/** A prefix of whole segments, or `=` and an exact path. */
export type RulePath = `/${string}` | `=/${string}`;

/** `M` and a method; `H` or `Q`, a name and a value. */
export type WireCondition =
  | readonly ['M', method: string]
  | readonly ['H' | 'Q', name: string, value: string];

/** The port of all instances, the letter of a closed state, or triples of instance, port and weight. */
export type WireTo = number | ClosedLetter | readonly number[];
export type WireAlternative = readonly [to: WireTo, options?: WireRuleOptions];
/** The destination of a path's requests. */
export type WireRule = number | ClosedLetter | readonly WireAlternative[];
/** The depth is stored under `DEPTH`. */
export interface WirePaths {
  readonly [DEPTH]: number;
  readonly [path: RulePath]: WireRule;
}

/** The facts before the instances, if a port for each path is not enough. */
export type WireHead = readonly [
  rules: WireRule | WirePaths,
  token: string,
  width: number,
  seeds: readonly number[] | 0,
  expiry?: number,
  draining?: 1,
];
