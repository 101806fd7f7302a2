/** Texts with a MAC: cookies, tokens and headers that only this deployment can write. */
import type { DeploymentId, Hostname, Seconds } from '../wire/brands.ts';
import { type KindLetter, MAC_LENGTH } from '../wire/session.ts';

/** HMAC-SHA256 of a text, in hexadecimal: 64 characters. */
export type Mac = (key: string, text: string) => string;

/**
 * Whether `given` is the MAC of a text. The time that it takes must not tell how much of a wrong MAC is right. The key is the ASCII text
 * of 43 base64url characters as `:keys` has it, not the bytes that it encodes.
 */
export type IsMac = (key: string, text: string, given: string) => boolean;

/** A kind of text: its name, and the codec of its body. */
export interface Kind<T> {
  readonly word: 'session' | 'pass' | 'who' | 'ticket' | 'state' | 'hint';
  /** Stands for the kind in the MAC, because the cost of a MAC grows with the length of the text. */
  readonly letter: KindLetter;
  print(value: T): string;
  /** Undefined for a body that `print` does not write. */
  parse(body: string): T | undefined;
}

/** The place where a text is valid. A text for one hostname or deployment is refused at every other one. */
export interface Scope {
  deployment: DeploymentId;
  /** The hostname that reads the text: of the app for a session, a pass, a ticket and a hint; the base domain for a who and a state. */
  host: Hostname;
}

/** Writes a text: `1.`, the body, a dot, and the MAC of all of it. */
export function sign<T>(kind: Kind<T>, value: T, scope: Scope, key: string, mac: Mac): string {
  const body = kind.print(value);
  // A value that cannot be read back is a fault of the caller.
  if (kind.parse(body) === undefined) throw new RangeError(`a ${kind.word} has a field that is not allowed`);
  const signed = `${BEGINNING}${body}.`;
  return signed + mac(key, macText(kind.letter, scope, signed));
}

const BEGINNING = '1.';
const FORM = /^1\.[!-~]+\.[\da-f]{64}$/;

/** Reads a text. Undefined unless it is authentic under one of the keys. It may be past its end. */
export function open<T>(
  kind: Kind<T>,
  text: string,
  scope: Scope,
  keys: readonly string[],
  isMac: IsMac,
): T | undefined {
  if (text.length > MAX_LENGTH || !FORM.test(text)) return undefined;
  const signed = text.slice(0, -MAC_LENGTH);
  const value = kind.parse(signed.slice(BEGINNING.length, -1));
  if (value === undefined) return undefined;
  const authentic = macText(kind.letter, scope, signed);
  return keys.some((key) => isMac(key, authentic, text.slice(-MAC_LENGTH))) ? value : undefined;
}

/** Characters of the longest text: a who with forty groups. A browser keeps a cookie of 4,096 bytes. */
export const MAX_LENGTH = 2_000;

/** Neither kind, deployment nor hostname contains `|`, so the text has one reading. */
function macText(letter: string, { deployment, host }: Scope, signed: string): string {
  return `${letter}|${deployment}|${host}|${signed}`;
}

/** A text is valid until the second of its end, which is not included. */
export function isInTime({ endsAt }: { endsAt: Seconds }, now: Seconds): boolean {
  return now < endsAt;
}
