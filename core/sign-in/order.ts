/** An order about sign-in, as a person sends it by invoking the updater. */
import { isString, type Json, quoted } from '../json.ts';
import { Fault, flag, objectWith, oneOf, optional, type Schema, variantOf } from '../schema.ts';
import { isShortName } from '../session/fields.ts';
import { isPassId } from '../session/pass.ts';
import { parseUser, type User } from '../session/user.ts';

export type Order =
  /** Makes a pass for one hostname. */
  | { action: 'pass'; host: string; for: string; days: number }
  | { action: 'passes' }
  | { action: 'revoke'; id: string }
  /** With `everybody`, all people are signed out at once. */
  | { action: 'sign-out'; user: User; everybody?: boolean };

/** A pass lasts for one day at least. */
export const PASS_DAYS = { least: 1, most: 30 } as const;

/** Parses an order. */
export function parseOrder(json: Json): Order | Fault {
  return ORDER(json);
}

function textThat<T extends string>(parse: (text: string) => T | undefined, expected: string): Schema<T> {
  return (json) => (isString(json) ? parse(json) : undefined) ?? new Fault('', `${expected}: ${shown(json)}`);
}

const shown = (json: Json) => (isString(json) ? quoted(json) : typeof json);

const host = textThat(
  (text) => (HOSTNAME.test(text) && text.length <= 253 ? text : undefined),
  'a hostname in lower case without a star',
);

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

const programName = textThat(
  (text) => (isShortName(text) ? text : undefined),
  'a name of 1–32 lower-case letters, digits and inner hyphens',
);

const passId = textThat((text) => (isPassId(text) ? text : undefined), 'the id of a pass, 12 characters');

const user = textThat(parseUser, 'the name of a person, such as alice@example.com');

const days: Schema<number> = (json) =>
  typeof json === 'number' && Number.isInteger(json) && json >= PASS_DAYS.least && json <= PASS_DAYS.most
    ? json
    : new Fault('', `a number of days from ${PASS_DAYS.least} to ${PASS_DAYS.most}`);

const ORDER = variantOf<Order, Order['action']>('action', {
  pass: objectWith<Extract<Order, { action: 'pass' }>>({
    ...{ action: oneOf('pass'), host, for: programName, days },
  }),
  passes: objectWith<Extract<Order, { action: 'passes' }>>({ action: oneOf('passes') }),
  revoke: objectWith<Extract<Order, { action: 'revoke' }>>({ action: oneOf('revoke'), id: passId }),
  'sign-out': objectWith<Extract<Order, { action: 'sign-out' }>>({
    ...{ action: oneOf('sign-out'), user, everybody: optional(flag) },
  }),
});
