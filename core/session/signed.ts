/** Texts with a MAC: cookies, tokens and headers that only this deployment can write. */
import type { DeploymentId, Hostname } from '../wire/brands.ts';
import type { IsMac } from '../wire/session.ts';

export type { IsMac };

/** HMAC-SHA256 of a text, in base64url without padding: 43 characters. */
export type Mac = (key: string, text: string) => string;

/** A kind of text: its word in the MAC, and the codec of its body. */
export interface Kind<T> {
  readonly word: 'session' | 'pass' | 'who' | 'ticket' | 'state' | 'hint';
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
  const signed = `1.${body}.`;
  return signed + mac(key, macText(kind.word, scope, signed));
}

/** Reads a text. Undefined unless it is authentic under one of the keys. It may be past its end. */
export function open<T>(
  kind: Kind<T>,
  text: string,
  scope: Scope,
  keys: readonly string[],
  isMac: IsMac,
): T | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [, signed = '', body = '', given = ''] = /^(1\.([!-~]+)\.)([\w-]{43})$/.exec(text) ?? [];
  const value = kind.parse(body);
  if (value === undefined) return undefined;
  const authentic = macText(kind.word, scope, signed);
  return keys.some((key) => isMac(key, authentic, given)) ? value : undefined;
}

/** Characters of the longest text: a who with forty groups. A browser keeps a cookie of 4,096 bytes. */
export const MAX_LENGTH = 2_000;

/** Neither kind, deployment nor hostname contains `|`, so the text has one reading. */
function macText(word: string, { deployment, host }: Scope, signed: string): string {
  return `${word}|${deployment}|${host}|${signed}`;
}

/** A text is valid until the second of its end, which is not included. */
export function isInTime({ endsAt }: { endsAt: number }, now: number): boolean {
  return now < endsAt;
}
