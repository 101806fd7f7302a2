import type { Place } from '../question.ts';

/** The address of a request: raw path and query. */
export interface WebAddress {
  /** With the port, as a browser sends it. */
  host: string;
  path: string;
  /** Without its `?`. */
  query: string | undefined;
}

/**
 * Parses an address as a person writes it: a label, a hostname with a path, a whole URL. The path stays as written: a browser would resolve
 * dot segments. Undefined for a text that is not one.
 *
 * @param entrance the host of the portal, with its port
 */
export function parseAddress(text: string, place: Place, entrance: string): WebAddress | undefined {
  const [, scheme = place.scheme, authority = '', path = '', query] =
    /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/?#\\]+)([^?#]*)(?:\?([^#]*))?/i.exec(text.trim()) ?? [];
  const sent = /^https?$/i.test(scheme) ? sentHost(authority) : undefined;
  if (sent === undefined) return undefined;
  const { host, prefix } = completeHost(sent, place, entrance);
  return {
    host,
    path: prefix + encodeRest(path === '' ? '/' : path),
    query: query === undefined ? undefined : encodeRest(query),
  };
}

/** The message about a text that is not an address. */
export function describeBadAddress(text: string): string {
  return `"${escapeUnseen(text)}" is not the address of an app; expected one such as shop or https://shop.dev.example.com/cart`;
}

/**
 * The host as a browser sends it: without a user and password, and an international name in its xn-- form. Undefined for a text that is
 * not one.
 */
function sentHost(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const url = `http://${host}/`;
  // The parser removes line breaks.
  if (/[\s\p{C}]|:$/u.test(host) || !URL.canParse(url)) return undefined;
  // It also takes a label of digits for an IP address, so a name in plain ASCII stays as written.
  return /[^!-~]|%/.test(host) ? new URL(url).host : host;
}

/** A label alone stands for the app of that name: below the base domain, or below /@ of a bare domain. */
function completeHost(
  authority: string,
  { baseDomain }: Place,
  entrance: string,
): { host: string; prefix: string } {
  const [, name = '', port] = /^(\[.*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  const isLabel = port === undefined && !/[.[]/.test(name) && name !== entrance.split(':')[0];
  if (isLabel && baseDomain === '') return { host: entrance, prefix: `/@${name}` };
  const [, ownPort] = entrance.split(':');
  const end = port ?? ownPort;
  const full = isLabel ? `${name}.${baseDomain}` : name;
  return { host: end === undefined ? full : `${full}:${end}`, prefix: '' };
}

/** A URL holds printable ASCII only; browsers escape the rest. */
function encodeRest(text: string): string {
  return mendHalves(text).replace(/[^!-~]/gu, encodeURIComponent);
}

/** The text without characters that a terminal obeys or that no person sees: they are escaped, as in a URL. */
export function escapeUnseen(text: string): string {
  return mendHalves(text).replace(/\p{C}/gu, encodeURIComponent);
}

/** Half of a character has no escape. Browsers send U+FFFD for it. */
function mendHalves(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** The address to which a redirect leads. */
export function resolveLocation(location: string, host: string): WebAddress {
  const [, other = host, path = '/', query] =
    /^(?:https?:\/\/([^/]+))?([^?]*)(?:\?(.*))?$/.exec(location) ?? [];
  return { host: other, path, query };
}

/** `GET https://shop.dev.example.com/cart?a=1`. */
export function describeRequest(
  method: string,
  { host, path, query }: WebAddress,
  { scheme }: Place,
): string {
  return `${method} ${scheme}://${host}${path}${query === undefined ? '' : `?${query}`}`;
}

/** The headers of a person who types an address. */
export const NAVIGATION = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;
