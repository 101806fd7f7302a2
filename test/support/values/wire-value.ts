import { jsonWord } from '../../../core/entry/entry.ts';
import type { Json } from '../../../core/json.ts';

/** The words of a value. The facts are parsed if they are JSON. */
export interface WireValue {
  version: string;
  /** `p`, or `g` and a sequence number. */
  access: string;
  /** The letter of a closed state, a port, rules by path, or the facts of a head. */
  fact: Json;
  /** Instances; in a plain value the token comes before them. */
  words: string[];
  mark: string;
}

/** Splits a value of the store's format into its parts. */
export function parseWire(value: string): WireValue {
  const [version = '', access = '', fact = '', ...words] = value.split(' ');
  const mark = words.pop() ?? '';
  return { version, access, fact: /^[A-Z]/.test(fact) ? fact : JSON.parse(fact), words, mark };
}

/** Joins the parts into one value. */
export function printWire({ version, access, fact, words, mark }: WireValue): string {
  return [version, access, typeof fact === 'string' ? fact : jsonWord(fact), ...words, mark].join(' ');
}

/** Moves the facts of a plain value into a head, which has the same meaning; other values stay unchanged. */
export function withHead(wire: WireValue): WireValue {
  if (Array.isArray(wire.fact) || typeof wire.fact === 'string') return wire;
  const [token, ...words] = wire.words;
  return { ...wire, fact: [wire.fact, token], words };
}
