import { isIP } from 'node:net';
import type { Place } from '../../core/explain/question.ts';
import { PASS_HEADER, SESSION_COOKIE } from '../../core/wire/session.ts';
import { type ParsedArguments, UsageError } from '../command.ts';
import type { Deployed } from './deployed.ts';

/** A request in words: raw path and query, headers by lower-case names, cookies by name. */
export interface Asked {
  method: string;
  /** With the port, as a browser sends it. */
  host: string;
  path: string;
  /** Without its `?`. */
  query: string | undefined;
  headers: ReadonlyMap<string, string>;
  cookies: ReadonlyMap<string, string>;
  viewer: string;
}

/** The headers of a person who types an address. */
const NAVIGATION = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

/** The request that a command line asks about. The path stays as written: a browser would resolve dot segments. */
export function parseAsked(given: ParsedArguments, { place, entrance }: Deployed): Asked {
  const [text = ''] = given.words;
  const [, scheme = place.scheme, authority = '', path, query] =
    /^(?:([a-z]+):\/\/)?([^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(text) ?? [];
  if (!/^https?$/i.test(scheme) || !URL.canParse(`http://${authority}/`))
    throw new UsageError(
      `"${text}" is not the address of an app; expected one such as shop or https://shop.dev.example.com/cart`,
    );
  const { host, prefix } = completeHost(authority.toLowerCase(), place, entrance);
  return {
    method: parseMethod(given.text('method')),
    host,
    path: prefix + encodeRest(path === '' || path === undefined ? '/' : path),
    query: query === undefined ? undefined : encodeRest(query),
    headers: new Map([...Object.entries(NAVIGATION), ...given.list('header').map(parseHeader)]),
    cookies: new Map(given.list('cookie').map(parseCookie)),
    viewer: parseViewer(given.text('viewer')),
  };
}

/** A label alone stands for the app of that name: below the base domain, or below /@ of a bare domain. */
function completeHost(
  authority: string,
  { baseDomain }: Place,
  entrance: string,
): { host: string; prefix: string } {
  const [name = '', port] = authority.split(':');
  const isLabel = port === undefined && !name.includes('.') && name !== entrance.split(':')[0];
  if (isLabel && baseDomain === '') return { host: entrance, prefix: `/@${name}` };
  const [, ownPort] = entrance.split(':');
  const end = port ?? ownPort;
  const full = isLabel ? `${name}.${baseDomain}` : name;
  return { host: end === undefined ? full : `${full}:${end}`, prefix: '' };
}

/** A URL holds printable ASCII only; browsers escape the rest. */
function encodeRest(text: string): string {
  return text.replace(/[^!-~]/gu, encodeURIComponent);
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

/** `GET https://shop.dev.example.com/cart?a=1`. */
export function describeAsked({ method, host, path, query }: Asked, { scheme }: Place): string {
  return `${method} ${scheme}://${host}${path}${query === undefined ? '' : `?${query}`}`;
}
