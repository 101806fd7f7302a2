import { hostnameOf } from '../../../core/wire/hostname.ts';
import type { Visit } from './event.ts';

/** The header in which the router sends the hostname that the viewer asked: CloudFront replaces Host before this function. */
const HOST_HEADER = 'x-proxy-host';

/** The headers of a viewer that an endpoint may read. */
const READ = ['accept', 'cookie', 'origin', 'sec-fetch-site'];

/** An endpoint's path has no other characters, so a URL has it as the viewer sent it. */
const PLAIN = /^\/_proxy\/api\/[a-z-]{1,32}$/;

/**
 * The request of a visit as a viewer made it; undefined if the path cannot be that of an endpoint. `new Request` normalises paths
 * (`/_proxy/api/../x`), so the raw path is checked first.
 *
 * @param apex the origin of the base domain, whose scheme and port all hostnames have
 */
export function requestOf({ method, uri, query, header }: Visit, apex: string): Request | undefined {
  const host = hostnameOf(header(HOST_HEADER) ?? '');
  if (!PLAIN.test(uri) || host === '') return undefined;
  const { protocol, port } = new URL(apex);
  const url = `${protocol}//${host}${port === '' ? '' : `:${port}`}${uri}?${query}`;
  if (!URL.canParse(url) || !/^[A-Z]{1,16}$/.test(method) || /^(?:CONNECT|TRACE|TRACK)$/.test(method))
    return undefined;
  const headers = new Headers();
  for (const name of READ) {
    const value = header(name);
    // A value that no header may have comes from no browser.
    if (value !== undefined && /^[\t -~\x80-\xff]*$/.test(value)) headers.set(name, value);
  }
  return new Request(url, { method, headers });
}
