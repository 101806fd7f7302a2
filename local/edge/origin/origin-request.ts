import type { EdgeRequest, Multi, OriginUpdate } from 'cloudfront';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import type { ViewerRequest } from '../function/edge-event.ts';
import {
  cookieHeader,
  firstHeader,
  parseCookies,
  parseQuery,
  splitTarget,
  toBytes,
  visibleHeaders,
} from '../function/edge-event.ts';
import { isDisallowed, isHopByHop } from '../function/header-rules.ts';

/** CloudFront's name in `CDN-Loop` (RFC 8586). */
export const CDN_NAME = 'CloudFront';

/** The request as it is sent to an origin. */
export interface OriginRequest {
  /** Raw bytes, one Latin-1 character for each byte. */
  path: string;
  /** Names and values in turn. */
  headers: string[];
}

/** Builds the request for an origin: the viewer's bytes, the changes of the function, and CloudFront's own headers. */
export function originRequest(
  viewer: ViewerRequest,
  request: EdgeRequest,
  origin: OriginUpdate,
  hasBody: boolean,
): OriginRequest {
  return {
    path: `${origin.originPath ?? ''}${originTarget(viewer.target, request)}`,
    headers: originHeaders(viewer, request, origin, hasBody),
  };
}

/** Path and query for the origin. Parts that the function did not change keep their raw bytes. */
export function originTarget(sent: string, request: EdgeRequest): string {
  const { path, query } = splitTarget(sent);
  const newPath = request.uri === path ? path : toBytes(request.uri);
  const newQuery = originQuery(query, request.querystring);
  return newQuery === undefined ? newPath : `${newPath}?${newQuery}`;
}

function originQuery(sent: string | undefined, now: EdgeRequest['querystring']): string | undefined {
  if (typeof now === 'string') return now === '' ? undefined : toBytes(now);
  const before = parseQuery(sent);
  if (isUnchanged(before, now)) return sent;
  return printPairs(now, before, '&');
}

function originHeaders(
  viewer: ViewerRequest,
  request: EdgeRequest,
  origin: OriginUpdate,
  hasBody: boolean,
): string[] {
  const lines = ['host', originHost(viewer, origin)];
  const left = new Set(Object.keys(request.headers));
  for (const name of OF_THE_EDGE) left.delete(name);
  if (!hasBody) left.delete('content-length');
  for (const name of Object.keys(origin.customHeaders ?? {})) left.delete(name.toLowerCase());
  for (let i = 0; i < viewer.rawHeaders.length; i += 2) {
    const spelled = viewer.rawHeaders[i] ?? '';
    const name = spelled.toLowerCase();
    // Deleting keeps the first spelling for every value, and leaves the headers that the function added.
    if (left.delete(name)) pushHeader(lines, spelled, name, request, viewer);
  }
  for (const name of left) pushHeader(lines, name, name, request, viewer);
  pushCookies(lines, viewer, request);
  pushEdgeHeaders(lines, viewer, request);
  for (const [name, value] of Object.entries(origin.customHeaders ?? {})) lines.push(name, toBytes(value));
  return lines;
}

/**
 * The Host header for the origin. A local edge has a port, which the function's `hostHeader` omits. The edge adds it again, because
 * frameworks compare Host with the viewer's Origin header.
 */
function originHost({ rawHeaders }: ViewerRequest, { hostHeader, domainName }: OriginUpdate): string {
  const sent = firstHeader(rawHeaders, 'host') ?? '';
  const port = /:\d+$/.exec(sent)?.[0] ?? '';
  if (hostHeader === undefined) return domainName;
  return hostnameOf(sent) === hostHeader ? hostHeader + port : hostHeader;
}

/** Headers that the edge sets itself. */
const OF_THE_EDGE = ['host', 'cookie', 'x-forwarded-for', 'via', 'cdn-loop'] as const;

function pushHeader(
  lines: string[],
  spelled: string,
  name: string,
  request: EdgeRequest,
  viewer: ViewerRequest,
): void {
  const header = request.headers[name];
  if (header === undefined || isHopByHop(name) || isDisallowed(name)) return;
  if (header.multiValue === undefined) {
    lines.push(spelled, toBytes(header.value));
    return;
  }
  const sent = visibleHeaders(viewer.rawHeaders)[name];
  for (const value of currentValues(header, sent)) lines.push(spelled, toBytes(value));
}

function pushCookies(lines: string[], viewer: ViewerRequest, request: EdgeRequest): void {
  const sent = cookieHeader(viewer.rawHeaders);
  const before = parseCookies(sent);
  const now = isUnchanged(before, request.cookies) ? sent : printPairs(request.cookies, before, '; ');
  if (now !== undefined && now !== '') lines.push('cookie', now);
}

function pushEdgeHeaders(lines: string[], viewer: ViewerRequest, request: EdgeRequest): void {
  lines.push('x-forwarded-for', appended(request.headers['x-forwarded-for'], viewer.ip));
  lines.push('via', appended(request.headers['via'], viaHeader(viewer)));
  lines.push('cdn-loop', appended(request.headers['cdn-loop'], CDN_NAME));
  lines.push('x-amz-cf-id', viewer.id);
}

/** The value of `Via` (RFC 9110 §7.6.3). */
export function viaHeader(viewer: { distributionDomainName: string }): string {
  return `1.1 ${viewer.distributionDomainName} (CloudFront)`;
}

function appended(header: Multi | undefined, last: string): string {
  if (header === undefined) return last;
  return [...currentValues(header, undefined), last].join(', ');
}

function printPairs(now: Record<string, Multi>, before: Record<string, Multi>, separator: string): string {
  const pairs = Object.entries(now).flatMap(([name, multi]) =>
    currentValues(multi, before[name]).map((value) => `${name}=${value}`),
  );
  return toBytes(pairs.join(separator));
}

/**
 * All values of one name. `value` replaces the first of an unchanged `multiValue`; a changed `multiValue` wins (Developer Guide,
 * "Event structure": multiValue).
 */
function currentValues(multi: Multi, sent: Multi | undefined): string[] {
  if (multi.multiValue === undefined) return [multi.value];
  const values = multi.multiValue.map(({ value }) => value);
  if (JSON.stringify(multi.multiValue) === JSON.stringify(sent?.multiValue)) values[0] = multi.value;
  return values;
}

function isUnchanged(before: Record<string, Multi>, now: Record<string, Multi>): boolean {
  if (hasNoFields(before) && hasNoFields(now)) return true;
  return JSON.stringify(before) === JSON.stringify(now);
}

function hasNoFields(multis: Record<string, Multi>): boolean {
  for (const _name in multis) return false;
  return true;
}
