/**
 * The layout of a value in the KeyValueStore. Key = hostname (`*.suffix` for a wildcard), value = a JSON array of at most
 * 1 KB; docs/store-format.md shows it byte by byte. `entry.ts` writes and reads it whole, the router reads from it what
 * one request needs; this file keeps to the edge's language, so that both can import it.
 *
 *     [1,"main","L",42,[["i-0123456789abcdef0",1795436239,"ec2-203-0-113-25.compute-1.amazonaws.com"]],[["/",[0]]],"token"]
 *
 *     0 format version   1 owner   2 state, one letter   3 sequence
 *     4 instances: id, generation, public name, pick seed (the name only while serving, the seed only in a pool)
 *     5 rules: path, backends or the letter of a closed state, options      6 token ('' for none)
 *     7 options of the entry, absent when there are none (a closed entry has 0–4 and then its options)
 *
 * A backend is three numbers in a row: index of the instance, port, weight; a single backend leaves out `80` and `1`.
 * Options are objects with one-letter keys. Whoever meets a version, a state or an option that it does not know
 * refuses the entry: so fields can be added, and an old router never reinterprets a new value.
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

export type WireInstance = readonly [id: string, generation: number, domainName: string, seed?: number];
export type WireRule = readonly [path: string, to: readonly number[] | string, options?: WireRuleOptions];
