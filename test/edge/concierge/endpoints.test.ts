import { describe, expect, test } from 'vitest';
import { SESSION } from '../../../core/session/session.ts';
import { WHO } from '../../../core/session/who.ts';
import { handle } from '../../../edge/concierge/concierge.ts';
import { seal } from '../../../edge/concierge/desk.ts';
import { SUBJECT, user } from '../../support/values/session/session-values.ts';
import { APEX, createWorld, NO_PROVIDER, SHOP } from './support/stand.ts';

const { desk, keys, now } = createWorld(NO_PROVIDER);

const person = { signedInAt: now, epoch: 3, subject: SUBJECT, user: user('alice@example.com') };
const who = { ...person, endsAt: now + 60, isDomainVouched: true, groups: [] };
const session = seal(
  desk,
  SESSION,
  { ...person, endsAt: now + 60, sequence: 100, level: 0 },
  SHOP,
  keys.edge,
);

describe('a page', () => {
  test('shows names and addresses as text', async () => {
    const evil = '<img/src=x>\'&"@example.com'.replaceAll('"', '');
    const sealed = seal(desk, WHO, { ...who, user: user(evil) }, APEX, keys.apex);
    const query = new URLSearchParams({ host: SHOP, browser: 'a'.repeat(22), to: '/' });
    const headers = { cookie: `__Host-proxy-who=${sealed}`, accept: 'text/html' };
    const request = new Request(`https://${APEX}/_proxy/api/sign-in?${query}`, { headers });
    const body = await (await handle(request, desk)).text();
    expect(body).toContain('&#60;img/src=x&#62;&#39;&#38;@example.com');
    expect(body).not.toContain('<img');
  });

  test('has no script, no form and no frame, and is not stored', async () => {
    const request = new Request(`https://${SHOP}/_proxy/api/arrive`, { headers: { accept: 'text/html' } });
    const { headers } = await handle(request, desk);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
});

describe('an endpoint', () => {
  test.each([
    [SHOP, 'sign-in', 'GET', 404],
    [SHOP, 'callback', 'GET', 404],
    [APEX, 'start', 'GET', 404],
    [APEX, 'arrive', 'GET', 404],
    [APEX, 'renew', 'POST', 404],
    [SHOP, 'toString', 'GET', 404],
    ['evil.example', 'start', 'GET', 404],
    ['dev.example.com.evil.example', 'start', 'GET', 404],
    [SHOP, 'renew', 'GET', 405],
    [SHOP, 'sign-out', 'GET', 405],
    [SHOP, 'start', 'POST', 405],
    [SHOP, 'me', 'HEAD', 405],
    [APEX, 'callback', 'POST', 405],
    [APEX, 'sign-out', 'GET', 405],
  ])('of %s named %s answers %s with %i', async (host, name, method, status) => {
    const request = new Request(`https://${host}/_proxy/api/${name}`, { method });
    expect((await handle(request, desk)).status).toBe(status);
  });

  test.each([
    ['keys', { readKeys: () => Promise.reject(new Error('no keys')) }],
    ['access rules', { readAccess: () => Promise.reject(new Error('no rules')) }],
  ])('without %s answers 503 with a time to come again', async (_, broken) => {
    const reasons: string[] = [];
    const request = new Request(`https://${SHOP}/_proxy/api/start`);
    const response = await handle(request, { ...desk, ...broken, report: (reason) => reasons.push(reason) });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(reasons).toHaveLength(1);
  });
});

describe('status', () => {
  test('needs a session at gated and at unknown hostnames alike, and none at an open one', async () => {
    const ask = async (host: string, cookie = '') => {
      const request = new Request(`https://${host}/_proxy/api/status`, { headers: { cookie } });
      const response = await handle(request, desk);
      return [response.status, response.status === 200 ? await response.json() : undefined];
    };
    expect(await ask(SHOP)).toEqual([401, undefined]);
    expect(await ask('nothing.dev.example.com')).toEqual([401, undefined]);
    expect(await ask('docs.dev.example.com')).toEqual([200, { state: 'unchanged', sequence: 100 }]);
    expect(await ask(SHOP, `__Host-proxy-session=${session}`)).toEqual([
      200,
      { state: 'unchanged', sequence: 100 },
    ]);
  });
});
