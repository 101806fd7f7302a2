/**
 * The layout of a value in the KeyValueStore. Key = hostname (`*.suffix` for a wildcard), value = a JSON array of at most
 * 1 KB; docs/store-format.md shows it byte by byte. `entry.ts` writes and reads it whole, the router reads from it what
 * one request needs; this file keeps to the edge's language, so that both can import it.
 *
 *     [1,45,"main","L",42,0,80,"token","1795436239 i-0123456789abcdef0 ec2-203-0-113-25.compute-1.amazonaws.com"]
 *
 *     0 format version        4 sequence                       head only where needed:
 *     1 length of the head    5 options of the entry, or 0       8 depth: segments of the longest path, negative with an exact one
 *     2 owner                 6 rules                            9 length of an instance, in a pool
 *     3 state, one letter     7 token, '' for none              10 pick seed of each instance, in a pool
 *     last: the instances: generation, id, public name, separated by blanks; in a pool filled up to one length
 *
 * Parsing is what costs at the edge: 55 instructions a character. So the instances, the longest part, come last and are
 * not parsed: the head alone, up to the comma before them, is read as JSON, and one instance is cut out of the rest.
 *
 * Rules are by path: `{"/api":8080,"/":80}`, or what stands for `/` alone where that is the only path. Of a path there is
 * the port of all instances (`80`), the letter of a closed state (`"A"`), or a list of alternatives, each `[to, options]`:
 * `to` a port, a letter, or three numbers for each backend (instance, port, weight). A path with `=` before it is exact.
 * A closed entry has 0–5 and its instances, which then have no names.
 *
 * Options are objects with one-letter keys. Whoever meets a version, a state or an option that it does not know refuses
 * the entry: so fields can be added, and an old router never reinterprets a new value.
 */
export const FORMAT_VERSION = 1;

/** States of an entry and their letters. Only `live` and `draining` carry an address. */
export const STATE_LETTERS = {
  live: 'L',
  draining: 'D',
  starting: 'S',
  asleep: 'A',
  waking: 'W',
  maintenance: 'M',
  conflict: 'C',
} as const;

/** k: sticky cookie, m: conditions, s: strip, t: name on the TLS certificate. */
export interface WireRuleOptions {
  k?: string;
  m?: readonly (readonly string[])[];
  s?: 1;
  t?: string;
}

/** e: expiry in epoch seconds. */
export interface WireOptions {
  e?: number;
}

/** The port of all instances, the letter of a closed state, or triples of instance, port and weight. */
export type WireTo = number | string | readonly number[];
export type WireAlternative = readonly [to: WireTo, options?: WireRuleOptions];
/** What a path's requests come to. */
export type WireRule = number | string | readonly WireAlternative[];
export type WirePaths = Readonly<Record<string, WireRule>>;

/** The head of a serving entry: everything but its instances. */
export type WireHead = readonly [
  version: number,
  length: number,
  owner: string,
  state: string,
  sequence: number,
  options: WireOptions | 0,
  rules: WireRule | WirePaths,
  token: string,
  depth?: number,
  width?: number,
  seeds?: readonly number[],
];
