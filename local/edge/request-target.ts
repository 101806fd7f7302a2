import { isIP } from 'node:net';

/** The head of a request: its target, and the names and values of its headers in turn. */
export interface Head {
  target: string;
  rawHeaders: readonly string[];
}

/** `http://shop.localhost:8080/cart?a=b`, without a user name. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)(\/.*|\?.*|)$/i;

/**
 * Turns an absolute target, which clients send to a proxy, into a path. The target then also replaces Host (RFC 9112 §3.2.2), as in
 * nginx.
 */
export function toOriginForm({ target, rawHeaders }: Head): Head {
  const [, host, rest = ''] = target.startsWith('/') ? [] : (ABSOLUTE.exec(target) ?? []);
  if (host === undefined) return { target, rawHeaders };
  const isHost = (at: number) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host';
  return {
    target: rest.startsWith('/') ? rest : `/${rest}`,
    rawHeaders: rawHeaders.map((value, at) => (isHost(at) ? host : value)),
  };
}

/**
 * The URL under a domain for a request whose Host is an address of this machine, or `localhost` if that is another name. Only names
 * under the domain have apps, cookies and the portal. Undefined for any other Host.
 */
export function domainAddress({ target, rawHeaders }: Head, domain: string): string | undefined {
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  const { v6, v4 = v6, port = '' } = HOST.exec(rawHeaders[at + 1] ?? '')?.groups ?? {};
  const isOther = v4 !== undefined && v4 !== domain && (isIP(v4) !== 0 || v4 === 'localhost');
  return isOther ? `http://${domain}${port}${target}` : undefined;
}

/** `127.0.0.1:8080` or `[::1]:8080`. */
const HOST = /^(?:\[(?<v6>[^\]]*)\]|(?<v4>[^:]*))(?<port>:\d{1,5})?$/;
