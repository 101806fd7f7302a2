import type { EdgeRequest } from 'cloudfront';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { casesOf } from './cases.ts';
import { live, nameOf } from './support/entries.ts';
import { examine, readsOf } from './support/examine.ts';
import { type Exchange, type HttpStand, openHttpStand } from './support/http-stand.ts';
import {
  APP_COOKIE,
  eventOf,
  type Forwarded,
  hostOf,
  ownCookiesIn,
  PLACES,
  type Place,
  type RouterCase,
  removedIn,
} from './support/router-case.ts';
import { answerOf, bodyOf, headerOf, readAsEvent } from './support/wire.ts';

/** Requests that HTTP cannot express, or that the edge refuses before the function runs. Only these get a 400. */
const REFUSED_BEFORE: readonly { why: string; is: (one: RouterCase) => boolean }[] = [
  { why: 'HTTP/1.1 asks for a Host header', is: (one) => hostOf(one) === undefined },
  { why: 'a behaviour takes paths only', is: ({ request }) => !(request?.uri ?? '/').startsWith('/') },
  { why: 'a blank ends the target in a request line', is: ({ request }) => / /.test(request?.uri ?? '') },
  {
    why: 'the parser of Node takes no byte beyond ASCII in a target',
    is: ({ request }) => /[\u0080-\uffff]/.test(request?.uri ?? ''),
  },
];

/** The router's own headers to an app; it overwrites the viewer's values. */
const SET = ['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-proxy-viewer', 'x-request-id'];
/** CloudFront's own headers to an app, and those that frame the body. */
const OF_CLOUDFRONT = ['cdn-loop', 'content-length', 'host', 'via', 'x-forwarded-for'];

function without<T>(fields: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function examineExchange(one: RouterCase, exchange: Exchange): void {
  const refusal = REFUSED_BEFORE.find(({ is }) => is(one));
  if (refusal === undefined) examineRun(one, exchange);
  else examineRefusal(refusal.why, exchange);
}

function examineRun(one: RouterCase, exchange: Exchange): void {
  const { expected } = one;
  const { keys, record, response } = exchange;
  expect(keys).toEqual(readsOf(one));
  expect(record).toMatchObject({ reads: keys.length, status: response.status });
  if ('domainName' in expected) examineForwarded(one, expected, exchange);
  else expect(exchange).toMatchObject({ asked: undefined, received: [], serverNames: [] });
  if ('site' in expected) expect(exchange.site).toEqual([expected.site]);
  if ('concierge' in expected) expect(exchange.site).toEqual([one.request?.uri]);
  if ('status' in expected) examineAnswer(one, exchange);
}

function examineRefusal(why: string, { response, ...rest }: Exchange): void {
  expect(response.status, why).toBe(400);
  expect(rest, why).toMatchObject({ keys: [], asked: undefined, received: [], site: [] });
}

/** The answer is the function's own, and arrived unchanged. */
function examineAnswer(one: RouterCase, { keys, record, response }: Exchange): void {
  expect(headerOf(response, 'x-cache')).toBe('FunctionGeneratedResponse from cloudfront');
  examine(one, { answer: answerOf(response), origin: undefined, reads: keys.length, log: record?.log });
}

function examineForwarded(one: RouterCase, expected: Forwarded, exchange: Exchange): void {
  const { asked, received, record, response, serverNames } = exchange;
  expect(asked).toEqual({ domainName: expected.domainName, port: expected.port ?? 80 });
  if (one.log !== undefined) expect(record?.log).toBe(one.log);
  if (expected.certName !== undefined) {
    // Without a certificate that the edge trusts, both attempts ask for the name and send nothing unencrypted.
    expect(serverNames).toEqual([expected.certName, expected.certName]);
    expect(exchange).toMatchObject({ received: [], response: { status: 502 } });
    return;
  }
  expect(response).toMatchObject({ status: 200, body: bodyFor(one) });
  expect(received).toHaveLength(1);
  examineReceived(one, expected, exchange);
}

const bodyFor = ({ request }: RouterCase) => (request?.method === 'HEAD' ? '' : 'from the app');

/** Checks the request at the app: the viewer's own bytes, the router's headers for it, and no other headers of the router. */
function examineReceived(one: RouterCase, expected: Forwarded, { received: [received] }: Exchange): void {
  if (received === undefined) throw new Error('nothing reached the origin');
  const sent = eventOf(one).request;
  const { query } = one.request ?? {};
  const path = expected.uri ?? sent.uri;
  expect(received).toMatchObject({ method: sent.method, body: bodyOf(one) });
  expect(received.target).toBe(query === undefined ? path : `${path}?${query}`);
  const seen = readAsEvent(received);
  // The local edge puts the viewer's port back.
  const port = /:\d+$/.exec(sent.headers['host']?.value ?? '')?.[0] ?? '';
  expect(seen.headers['host']).toEqual({ value: (expected.hostHeader ?? hostOf(one)) + port });
  expect(seen.cookies).toEqual(without(sent.cookies, ownCookiesIn(one.place)));
  examineHeaders(expected, removedIn(one.place), seen, sent);
}

function examineHeaders(
  expected: Forwarded,
  removed: readonly string[],
  seen: EdgeRequest,
  sent: EdgeRequest,
): void {
  const notTheViewers = [...SET, ...removed, ...OF_CLOUDFRONT];
  expect(without(seen.headers, notTheViewers)).toEqual(without(sent.headers, notTheViewers));
  expect(Object.keys(seen.headers)).toEqual(expect.arrayContaining(SET));
  const absent = Object.fromEntries(removed.map((name) => [name, undefined]));
  for (const [name, value] of Object.entries({ ...absent, ...expected.headers })) {
    // The edge adds the viewer's address to it.
    if (name === 'x-forwarded-for') continue;
    expect(seen.headers[name], name).toEqual(value === undefined ? undefined : { value });
  }
}

describe.each(Object.keys(PLACES) as Place[])('the built router over HTTP, place %s', (place) => {
  let stand: HttpStand;
  beforeAll(async () => {
    stand = await openHttpStand(place);
  });
  afterAll(() => stand.dispose());

  test.each(casesOf(place))('%s', async (_, one) => {
    examineExchange(one, await stand.exchange(one));
  });
});

describe('the built router over HTTP, with raw header lines,', () => {
  let stand: HttpStand;
  beforeAll(async () => {
    stand = await openHttpStand('bare');
  });
  afterAll(() => stand.dispose());

  const toShop: RouterCase = {
    name: 'a choice by header',
    place: 'bare',
    store: { shop: live('shop'), cart: live('cart') },
    expected: { domainName: nameOf('shop') },
    reads: ['shop'],
  };
  const choice = 'x-proxy-app: shop';

  test('overwrites or removes its own headers if a viewer forges them twice', async () => {
    const forged = [...SET, ...removedIn('bare')].flatMap((name) => [`${name}: forged`, `${name}: again`]);
    const exchange = await stand.exchange(toShop, [choice, ...forged]);
    examineExchange(toShop, exchange);
    expect(JSON.stringify(exchange.received)).not.toMatch(/forged|again/);
  });

  test('follows the first of two choices, and hides both from the app', async () => {
    const exchange = await stand.exchange(toShop, [choice, 'x-proxy-app: cart']);
    examineExchange(toShop, exchange);
    const cookies = [`Cookie: ${APP_COOKIE}=shop.1`, `Cookie: a=1; ${APP_COOKIE}=cart.2`];
    const [received] = (await stand.exchange(toShop, cookies)).received;
    expect(received?.rawHeaders).toEqual(expect.arrayContaining(['cookie', 'a=1']));
    expect(received?.rawHeaders.join()).not.toContain(APP_COOKIE);
  });

  test('sends its headers even if the viewer declares them hop-by-hop', async () => {
    const hop = `Connection: close, ${SET.join(', ')}`;
    examineExchange(toShop, await stand.exchange(toShop, [choice, hop]));
  });

  test.each([
    ['a second Host', toShop, ['Host: evil.example']],
    ['a header folded over two lines', toShop, ['x-proxy-app:', ' shop']],
  ])('does not get %s', async (what, one, lines) => {
    examineRefusal(what, await stand.exchange(one, lines));
  });
});
