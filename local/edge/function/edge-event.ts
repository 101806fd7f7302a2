import type { ServerResponse } from 'node:http';
import type { EdgeResponse, Multi, ViewerRequestEvent, ViewerResponseEvent } from 'cloudfront';
import { addField, noFields, parsePairs } from '../../../core/explain/fields.ts';
import { isDisallowed, isHopByHop, nominated } from './header-rules.ts';

/** One incoming request: the bytes of its head and its sender. */
export interface ViewerRequest {
  method: string;
  /** Request target in raw bytes (one Latin-1 character for each byte): path, and query after the first `?`. */
  target: string;
  /** Names and values in turn, with spelling and order as sent. */
  rawHeaders: readonly string[];
  /** Address of the viewer, in IPv4 form if possible. */
  ip: string;
  /** Unique to the request; also sent as `x-amz-cf-id`. */
  id: string;
  distributionDomainName: string;
}

/** The id of the local distribution. */
export const DISTRIBUTION = 'ELOCAL';

type Multis = Record<string, Multi>;

/** Builds CloudFront's event for a viewer-request function (Developer Guide, "Event structure"). */
export function viewerEvent(viewer: ViewerRequest): ViewerRequestEvent {
  const { path, query } = splitTarget(viewer.target);
  return {
    version: '1.0',
    context: {
      distributionDomainName: viewer.distributionDomainName,
      distributionId: DISTRIBUTION,
      eventType: 'viewer-request',
      requestId: viewer.id,
    },
    viewer: { ip: viewer.ip },
    request: {
      method: viewer.method,
      uri: path,
      querystring: parseQuery(query),
      headers: visibleHeaders(viewer.rawHeaders),
      cookies: parseCookies(cookieHeader(viewer.rawHeaders)),
      // A method, because loaders that keep function names would define a property on an arrow for each request.
      rawQueryString() {
        return query;
      },
    },
  };
}

/** Builds CloudFront's event for a viewer-response function from the site's answer, which has no cookies. */
export function viewerResponseEvent(
  viewer: ViewerRequest,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
): ViewerResponseEvent {
  const { context, ...rest } = viewerEvent(viewer);
  const fields = Object.entries(headers).map(([name, value]) => [name, { value }]);
  return {
    ...rest,
    context: { ...context, eventType: 'viewer-response' },
    response: { statusCode, headers: Object.fromEntries(fields), cookies: {} },
  };
}

/** Path and query of a request target. The query is `''` for a bare `?`, and undefined without one. */
export function splitTarget(target: string): { path: string; query: string | undefined } {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: undefined };
  return { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Headers under lower-case names, without cookies and headers that a function cannot see. */
export function visibleHeaders(raw: readonly string[]): Multis {
  const headers = noFields();
  const ofThisHop = nominated(firstHeader(raw, 'connection'));
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    if (name === 'cookie' || isDisallowed(name)) continue;
    // A viewer may exclude its own fields this way, but not Host.
    if (name !== 'host' && ofThisHop.includes(name)) continue;
    addField(headers, name, raw[i + 1] ?? '');
  }
  return headers;
}

/** Query parameters as the viewer sent them, not decoded. */
export function parseQuery(query: string | undefined): Multis {
  return query === undefined || query === '' ? noFields() : parsePairs(query.split('&'));
}

/** Cookies as sent, not decoded. A piece without `=` is a name with an empty value. Never throws. */
export function parseCookies(header: string | undefined): Multis {
  return header === undefined ? noFields() : parsePairs(header.split(';').map((piece) => piece.trim()));
}

/** All `Cookie` headers joined with `; ` (RFC 6265bis §5.8.3), or `undefined` without any. */
export function cookieHeader(raw: readonly string[]): string | undefined {
  let joined: string | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.length !== 6 || name.toLowerCase() !== 'cookie') continue;
    joined = joined === undefined ? raw[i + 1] : `${joined}; ${raw[i + 1]}`;
  }
  return joined;
}

/** The first value of a header, by its lower-case name. */
export function firstHeader(raw: readonly string[], lowerName: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return raw[i + 1];
  }
  return undefined;
}

/** Writes a response of the function. The edge adds `content-length` and `edgeHeaders` (names and values in turn). */
export function writeAnswer(response: ServerResponse, answer: EdgeResponse, edgeHeaders: string[]): void {
  const lines: string[] = [];
  for (const [name, { value }] of Object.entries(answer.headers)) {
    if (name !== 'content-length' && !isHopByHop(name)) lines.push(name, toBytes(value));
  }
  for (const [name, { value, attributes }] of Object.entries(answer.cookies ?? {})) {
    lines.push('set-cookie', toBytes(attributes ? `${name}=${value}; ${attributes}` : `${name}=${value}`));
  }
  const body = Buffer.from(answer.body?.data ?? '', answer.body?.encoding === 'base64' ? 'base64' : 'utf8');
  if (answer.statusCode !== 204 && answer.statusCode !== 304) lines.push('content-length', `${body.length}`);
  lines.push(...edgeHeaders);
  if (answer.statusDescription === undefined) response.writeHead(answer.statusCode, lines);
  else response.writeHead(answer.statusCode, answer.statusDescription, lines);
  response.end(body);
}

/** Encodes text of a function as UTF-8. Text with characters up to `ÿ` only consists of the viewer's own bytes. */
export function toBytes(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
