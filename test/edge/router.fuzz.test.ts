import type { EdgeRequest, EdgeResponse, OriginUpdate } from 'cloudfront';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { matchBehaviour } from '../../core/explain/site/behaviour.ts';
import { hostnameOf } from '../../core/wire/hostname.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { type FuzzPlace, type Unforeseen, unforeseen } from './support/fuzz-arbitraries.ts';
import { eventOf, hostOf, ownCookiesIn, PLACES, removedIn } from './support/router-case.ts';

/** CI has two minutes for this; a laptop gets fewer runs. */
const runs = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 200_000 : 2_000));

let store: Readonly<Record<string, string>> = {};
let keys: string[] = [];
const read = (key: string): string | undefined => {
  keys.push(key);
  return Object.hasOwn(store, key) ? store[key] : undefined;
};
const routerOf = (place: FuzzPlace) => compileEdge(buildEdge(PLACES[place]), { read });
const ROUTERS = { domain: routerOf('domain'), bare: routerOf('bare'), laptop: routerOf('laptop') };

describe('any request to any store', () => {
  test(
    `is forwarded or answered in a form that CloudFront accepts, by at most one entry (${runs} runs)`,
    async () => {
      await fc.assert(fc.asyncProperty(unforeseen, examineAnswer), { numRuns: runs });
    },
    60_000 + 3 * runs,
  );
});

async function examineAnswer(one: Unforeseen): Promise<void> {
  store = one.store;
  keys = [];
  const verdict = await ROUTERS[one.place].run(eventOf(one));
  if (verdict.kind === 'error') throw new Error(`${verdict.status} ${verdict.message}`);
  examineReads(one);
  if (verdict.kind === 'respond') examineResponse(one, verdict.response);
  else if (verdict.origin === undefined) examineSite(one, verdict.request);
  else examineForward(one, verdict.request, verdict.origin);
}

/** A key that holds nothing, or the tombstone of a hostname that is gone. */
const isFree = (key: string) => /^(?:3 p G|$)/.test(store[key] ?? '');

/** The host's own key first, then its wildcards upwards, until a key is found. A header that is not a name may be tried before. */
function examineReads({ place, request }: Unforeseen): void {
  const [first] = keys;
  if (place !== 'bare' && first !== undefined && first === request?.host && first !== hostnameOf(first))
    keys.shift();
  expect(keys.length).toBeLessThanOrEqual(4);
  expect(keys.slice(0, -1).filter((key) => !isFree(key))).toEqual([]);
  if (place === 'bare') {
    expect(keys.length).toBeLessThanOrEqual(1);
    return;
  }
  const host = hostnameOf(request?.host ?? '');
  for (const [step, key] of keys.entries()) {
    if (step === 0) expect(key).toBe(host);
    else expect(key).toBe(`*.${host.split('.').slice(step).join('.')}`);
    expect(key.length).toBeGreaterThan(step === 0 ? 0 : PLACES[place].baseDomain.length);
  }
}

/** Only the router's own files are served without an entry, on the host that has them; those of notices on every host. */
function examineSite({ place, request }: Unforeseen, sent: EdgeRequest): void {
  expect(sent.uri).toMatch(/^\/_proxy\//);
  expect(matchBehaviour(request?.uri ?? '', false), 'the placeholder is reached').toBe('site');
  if (place !== 'bare' && !sent.uri.startsWith('/_proxy/errors/'))
    expect(hostnameOf(request?.host ?? '')).toBe(PLACES[place].baseDomain);
}

function examineForward(one: Unforeseen, request: EdgeRequest, origin: OriginUpdate): void {
  const value = store[keys.at(-1) ?? ''] ?? '';
  const over = origin.customOriginConfig?.ipAddressType;
  expect([undefined, 'ipv6']).toContain(over);
  expect(value).toContain(` ${over === undefined ? '' : '6:'}${origin.domainName} `);
  expect(origin.hostHeader).toBe(hostnameOf(hostOf(one) ?? ''));
  expect(origin).not.toHaveProperty('customHeaders');
  const { ip = '192.0.2.7' } = one.request ?? {};
  expect(request.headers['x-proxy-viewer']).toEqual({ value: ip });
  const token = request.headers['x-proxy-token'];
  if (token) expect(value).toContain(token.value);
  const wanted = ['x-proxy-token', 'x-forwarded-prefix'];
  for (const name of removedIn(one.place).filter((each) => !wanted.includes(each)))
    expect(request.headers).not.toHaveProperty(name);
  for (const name of ownCookiesIn(one.place)) expect(request.cookies).not.toHaveProperty(name);
  expect(request.uri).toMatch(/^\//);
}

const STATUSES = [302, 400, 404, 409, 503];

function examineResponse({ place }: Unforeseen, response: EdgeResponse): void {
  expect(STATUSES).toContain(response.statusCode);
  expect(response.headers['x-proxy-state']?.value, 'nothing of ours fails').not.toBe('fault');
  expect(response.headers['cache-control']).toEqual({ value: 'no-store' });
  const location = response.headers['location']?.value;
  expect(location === undefined).toBe(response.statusCode !== 302);
  if (location === undefined) return;
  const { baseDomain, scheme } = PLACES[place];
  const base = `${scheme}://viewer.${baseDomain || 'example.com'}`;
  const { hostname, protocol } = new URL(location, base);
  expect(protocol).toBe(`${scheme}:`);
  // An app's own name, or the portal's.
  if (!location.startsWith('/')) expect(hostname).toMatch(new RegExp(`^(?:[a-z0-9-]+\\.)?${baseDomain}$`));
  else expect(hostname).toBe(`viewer.${baseDomain || 'example.com'}`);
}
