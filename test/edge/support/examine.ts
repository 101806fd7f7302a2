import type { EdgeRequest, EdgeResponse, OriginUpdate } from 'cloudfront';
import { expect } from 'vitest';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import { requestFault, responseFault } from '../../../local/edge/function/cloudfront-rules.ts';
import type { EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { originFault } from '../../../local/edge/function/origin-rules.ts';
import {
  type Answered,
  eventOf,
  type Forwarded,
  hostOf,
  ownCookiesIn,
  type Place,
  REQUEST_ID,
  type RouterCase,
  removedIn,
  type ToConcierge,
  type ToSite,
} from './router-case.ts';

/** The result of a case in one runtime. */
export interface Run {
  answer: EdgeRequest | EdgeResponse;
  origin: OriginUpdate | undefined;
  reads: number;
  log: string | undefined;
}

/** The result of the engine. Throws if CloudFront would not run the function or not accept its output. */
export function runOf(verdict: EdgeVerdict): Run {
  if (verdict.kind === 'error') throw new Error(`${verdict.status} ${verdict.message}`);
  const { reads, log } = verdict;
  if (verdict.kind === 'respond') return { answer: verdict.response, origin: undefined, reads, log };
  return { answer: verdict.request, origin: verdict.origin, reads, log };
}

/** Headers that the router sets on the way to an app; it overwrites the viewer's values. */
const SET = ['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-proxy-viewer', 'x-request-id'];

function without<T>(fields: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Compares the result of a runtime with the table and with CloudFront's rules. */
export function examine(one: RouterCase, run: Run): void {
  expect(run.reads, 'reads').toBe(readsOf(one).length);
  const { expected } = one;
  if (one.log !== undefined || run.origin === undefined) expect(run.log, 'log').toBe(one.log);
  if ('statusCode' in run.answer) examineResponse(one, run.answer);
  else if ('site' in expected) examineSite(one, expected, run, run.answer);
  else if ('concierge' in expected) examineToConcierge(one, expected, run, run.answer);
  else examineRequest(one, run, run.answer);
}

/** The keys that a case reads. */
export function readsOf(one: RouterCase): readonly string[] {
  return one.reads ?? [hostnameOf(hostOf(one) ?? '')];
}

function examineSite(one: RouterCase, expected: ToSite, run: Run, request: EdgeRequest): void {
  const sent = eventOf(one).request;
  expect(run.origin, 'origin').toBeUndefined();
  expect(request.uri).toBe(expected.site);
  expect(requestFault({ ...request }, sent)).toBeUndefined();
  expect(request.headers).toEqual(sent.headers);
}

/** Only the host and the cookies of sign-in reach the concierge, beside the harmless headers. */
function examineToConcierge(one: RouterCase, expected: ToConcierge, run: Run, request: EdgeRequest): void {
  const sent = eventOf(one).request;
  expect(run.origin, 'origin').toBeUndefined();
  expect([request.uri, request.method]).toEqual([sent.uri, sent.method]);
  expect(requestFault({ ...request }, sent)).toBeUndefined();
  expect(request.headers).toEqual({
    ...without(sent.headers, ['authorization']),
    'x-proxy-host': { value: expected.concierge },
  });
  expect(Object.keys(request.cookies)).toEqual(expected.cookies ?? Object.keys(sent.cookies));
}

function examineRequest(one: RouterCase, run: Run, request: EdgeRequest): void {
  const { expected } = one;
  if (!('domainName' in expected)) throw new Error(`the request went to ${run.origin?.domainName}`);
  const sent = eventOf(one).request;
  expect(run.origin, 'origin').toEqual(originOf(one, expected));
  expect(requestFault({ ...request }, sent)).toBeUndefined();
  expect(originFault(run.origin, request.headers)).toBeUndefined();
  expect(request.uri).toBe(expected.uri ?? sent.uri);
  expect(request.method).toBe(sent.method);
  expect(request.querystring).toEqual(sent.querystring);
  expect(request.cookies).toEqual(without(sent.cookies, ownCookiesIn(one.place)));
  examineRequestHeaders(expected, removedIn(one.place), request, sent);
}

/** The viewer's own headers arrive unchanged, with all of the router's headers and no others. */
function examineRequestHeaders(
  expected: Forwarded,
  removed: readonly string[],
  request: EdgeRequest,
  sent: EdgeRequest,
): void {
  const { headers } = request;
  const ours = [...SET, ...removed];
  expect(without(headers, ours)).toEqual(without(sent.headers, ours));
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(SET));
  const { headers: wanted = {} } = expected;
  for (const name of removed) expect(headers[name]?.value, name).toBe(wanted[name]);
  for (const [name, value] of Object.entries(wanted)) {
    expect(headers[name], name).toEqual(value === undefined ? undefined : { value });
  }
}

/**
 * The complete origin, because it inherits each absent setting from the placeholder: attempts, timeouts and the custom header.
 */
function originOf(one: RouterCase, expected: Forwarded): OriginUpdate {
  const { domainName, port = 80, certName, timeout, ipAddressType } = expected;
  return {
    domainName,
    hostHeader: expected.hostHeader ?? hostOf(one) ?? '',
    ...(timeout === undefined ? {} : { timeouts: { readTimeout: timeout } }),
    customOriginConfig: {
      port,
      protocol: certName === undefined ? 'http' : 'https',
      sslProtocols: ['TLSv1.2'],
      ...(ipAddressType === undefined ? {} : { ipAddressType }),
    },
    ...(certName === undefined ? {} : { sni: certName, allowedCertificateNames: [certName] }),
  };
}

function examineResponse(one: RouterCase, response: EdgeResponse): void {
  const { expected } = one;
  if (!('status' in expected)) throw new Error(`the router answered ${JSON.stringify(response)}`);
  expect(responseFault({ ...response })).toBeUndefined();
  expect(response.statusCode).toBe(expected.status);
  const { headers } = response;
  expect(headers['x-proxy-state']?.value).toBe(expected.state);
  for (const [name, value] of Object.entries({ ...protectedIn(one.place), ...expected.headers }))
    expect(headers[name]?.value, name).toBe(value);
  expect(response.cookies ?? {}).toEqual(expected.cookies ?? {});
  examineBody(expected, response);
}

/** Headers that keep others from caching, framing or sniffing the router's answers. */
const protectedIn = (place: Place = 'domain') => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // With sign-in, pages have a script, and an app that frames itself shows the link to sign in.
  'content-security-policy':
    place === 'signIn'
      ? "default-src 'self';frame-ancestors 'self'"
      : "default-src 'self';frame-ancestors 'none'",
});

function examineBody(expected: Answered, response: EdgeResponse): void {
  const data = response.body?.data ?? '';
  const [has = '', ...hasNot] = [expected.body ?? ''].flat();
  expect(data).toContain(has);
  for (const part of hasNot) expect(data).not.toContain(part);
  if (response.headers['content-type']?.value !== 'application/problem+json' || data === '') return;
  const { title, status, detail } = JSON.parse(data);
  expect({ title, status }).toEqual({ title: expected.state, status: expected.status });
  expect(detail).toMatch(/^[A-Z].+\.$/);
}

/** The request id that the app receives. */
export const SENT_REQUEST_ID = `${REQUEST_ID}-and-more`;
