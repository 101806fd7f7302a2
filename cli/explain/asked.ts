import { isIP } from 'node:net';
import {
  describeBadAddress,
  NAVIGATION,
  parseAddress,
  type WebAddress,
} from '../../core/explain/listed/address.ts';
import { PASS_HEADER, SESSION_COOKIE } from '../../core/wire/session.ts';
import { type ParsedArguments, UsageError } from '../command.ts';
import type { Deployed } from './deployed.ts';

/** A request in words: raw path and query, headers by lower-case names, cookies by name. */
export interface Asked extends WebAddress {
  method: string;
  headers: ReadonlyMap<string, string>;
  cookies: ReadonlyMap<string, string>;
  viewer: string;
}

/** The request that a command line asks about. The path stays as written: a browser would resolve dot segments. */
export function parseAsked(given: ParsedArguments, { place, entrance }: Deployed): Asked {
  const [text = ''] = given.words;
  const address = parseAddress(text, place, entrance);
  if (address === undefined) throw new UsageError(describeBadAddress(text));
  return {
    ...address,
    method: parseMethod(given.text('method')),
    headers: new Map([...Object.entries(NAVIGATION), ...given.list('header').map(parseHeader)]),
    cookies: new Map(given.list('cookie').map(parseCookie)),
    viewer: parseViewer(given.text('viewer')),
  };
}

function parseMethod(text = 'GET'): string {
  const method = text.toUpperCase();
  if (/^[A-Z]{1,20}$/.test(method)) return method;
  throw new UsageError(`--method is "${text}"; expected one such as GET or POST`);
}

function parseHeader(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === '') throw new UsageError(`--header is "${text}"; expected NAME: VALUE, such as "accept: */*"`);
  if (name.toLowerCase() === PASS_HEADER) throw cannotCheck('a pass');
  if (name.toLowerCase() === 'cookie') throw new UsageError('--header has a cookie; use --cookie NAME=VALUE');
  return [name.toLowerCase(), value];
}

function parseCookie(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=;\s]+)=([^;]*)$/.exec(text) ?? [];
  if (name === '') throw new UsageError(`--cookie is "${text}"; expected NAME=VALUE`);
  if (name === SESSION_COOKIE) throw cannotCheck('a session');
  return [name, value];
}

function cannotCheck(what: string): UsageError {
  return new UsageError(
    `explain does not read the keys of the deployment, so it cannot check ${what}; leave it out: the viewer counts as signed in, unless you give --signed-out`,
  );
}

function parseViewer(text = DEFAULT_VIEWER): string {
  if (isIP(text) !== 0) return text;
  throw new UsageError(`--viewer is "${text}"; expected an IP address, such as 198.51.100.7`);
}

/** An address for documentation (RFC 5737). */
const DEFAULT_VIEWER = '192.0.2.1';
