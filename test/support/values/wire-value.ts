import { jsonWord } from '../../../core/entry/entry.ts';
import type { Json } from '../../../core/json.ts';

/** The words of a value; what the hostname comes to as JSON where it is JSON. */
export interface WireValue {
  version: string;
  /** `p`, or `g` and a sequence number. */
  access: string;
  /** The letter of a closed state, a port or rules by path, or the facts of a head. */
  fact: Json;
  /** Instances, and a plain value's token before them. */
  words: string[];
  mark: string;
}

/** A value of the store's format in its parts. */
export function parseWire(value: string): WireValue {
  const [version = '', access = '', fact = '', ...words] = value.split(' ');
  const mark = words.pop() ?? '';
  return { version, access, fact: /^[A-Z]/.test(fact) ? fact : JSON.parse(fact), words, mark };
}

/** The parts as one value again. */
export function printWire({ version, access, fact, words, mark }: WireValue): string {
  return [version, access, typeof fact === 'string' ? fact : jsonWord(fact), ...words, mark].join(' ');
}

/** A plain value with its facts in a head, which means the same; any other as it is. */
export function withHead(wire: WireValue): WireValue {
  if (Array.isArray(wire.fact) || typeof wire.fact === 'string') return wire;
  const [token, ...words] = wire.words;
  return { ...wire, fact: [wire.fact, token], words };
}
