import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import { toBytes, viewerEvent } from '../../../local/edge/function/edge-event.ts';
import { DISTRIBUTION, hostOf, type RouterCase } from './router-case.ts';

/** A request as an origin received it. */
export interface Received {
  method: string;
  /** Raw bytes, one Latin-1 character per byte. */
  target: string;
  /** Names and values in turn, in the spelling of the sender. */
  rawHeaders: readonly string[];
  body: string;
}

/** A response as a viewer received it. */
export interface WireResponse {
  status: number;
  /** Lower-case names with their values, in the order of arrival. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

/**
 * A case's request as bytes, one Latin-1 character per byte, so that no client library changes it. The connection ends with the
 * answer.
 *
 * @param lines further header lines, for headers that a table of names and values cannot express
 */
export function bytesOf(one: RouterCase, lines: readonly string[] = []): string {
  const { method = 'GET', uri = '/', query, headers = {}, cookies } = one.request ?? {};
  const host = hostOf(one);
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [
    `${method} ${uri}${query === undefined ? '' : `?${query}`} HTTP/1.1`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...fields,
    ...(cookies === undefined ? [] : [`Cookie: ${cookies}`]),
    ...lines,
    ...(lines.some((line) => /^connection:/i.test(line)) ? [] : ['Connection: close']),
  ];
  return `${head.map(toBytes).join('\r\n')}\r\n\r\n${bodyOf(one)}`;
}

/** A body of the length that the case's headers announce. */
export function bodyOf({ request }: RouterCase): string {
  return 'b'.repeat(Number(request?.headers?.['content-length'] ?? 0));
}

/** Parses the response of a connection that had one exchange. */
export function responseOf(bytes: string): WireResponse {
  const end = bytes.indexOf('\r\n\r\n');
  const [start = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const body = Buffer.from(bytes.slice(end + 4), 'latin1').toString('utf8');
  return { status: Number(start.split(' ')[1]), headers, body };
}

/** The first value under a lower-case name. */
export function headerOf({ headers }: WireResponse, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

/** Response headers that come from the edge, not from the function. */
const OF_THE_EDGE = ['connection', 'content-length', 'date', 'keep-alive', 'via', 'x-amz-cf-id', 'x-cache'];

/** The response of the function as the function returned it. */
export function answerOf(response: WireResponse): EdgeResponse {
  const ofTheFunction = response.headers.filter(([name]) => !OF_THE_EDGE.includes(name));
  const cookies = ofTheFunction.filter(([name]) => name === 'set-cookie').map(([, line]) => cookieOf(line));
  const headers = ofTheFunction.filter(([name]) => name !== 'set-cookie');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, { value }])),
    cookies: Object.fromEntries(cookies),
    body: { encoding: 'text', data: response.body },
  };
}

function cookieOf(line: string): [name: string, cookie: { value: string; attributes: string }] {
  const [pair = '', ...attributes] = line.split('; ');
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), { value: pair.slice(equals + 1), attributes: attributes.join('; ') }];
}

/** Parses a request at an origin as the edge parses one of a viewer. */
export function readAsEvent({ method, target, rawHeaders }: Received): EdgeRequest {
  const distributionDomainName = DISTRIBUTION;
  return viewerEvent({ method, target, rawHeaders, ip: '', id: '', distributionDomainName }).request;
}
