import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, NAVIGATION } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
let session = '';
beforeAll(async () => {
  cloud = await startSignInCloud();
  const alice = await cloud.signedIn('vault');
  session = `__Host-proxy-session=${alice.cookie('vault.dev.localhost', '__Host-proxy-session')}`;
}, 60_000);
afterAll(() => cloud?.dispose());

const named = (host: string) => `${host}:${cloud.port}`;

/** Every place to which an answer leads: the Location header and the links of a page. */
function placesIn({
  headers,
  body,
}: {
  headers: Readonly<Record<string, unknown>>;
  body: unknown;
}): string[] {
  const links = [...String(body).matchAll(/(?:href|url|content)="?(?:\d+;url=)?(https?:\/\/[^"&\s]+)/g)];
  return [String(headers['location'] ?? ''), ...links.map(([, address = '']) => address)];
}

/** Hostnames of absolute places that are neither ours nor the provider's. */
function strangersIn(answer: Parameters<typeof placesIn>[0]): string[] {
  return placesIn(answer)
    .filter((place) => /^(?:https?:)?[/\\]{2}/i.test(place))
    .map((place) => new URL(place, 'http://x.invalid').hostname)
    .filter((host) => !/(?:^|\.)dev\.localhost$/.test(host) && host !== '127.0.0.1');
}

describe('a Host header', () => {
  test.each([
    'evil.example',
    'dev.localhost.evil.example',
    'vault.dev.localhost.evil.example',
    'evildev.localhost',
    'vault.dev.localhost@evil.example',
    'evil.example#.dev.localhost',
    'evil.example?.dev.localhost',
    'evil.example/.dev.localhost',
    'evil.example\\.dev.localhost',
    'vault..dev.localhost',
    '-.dev.localhost',
    '*.dev.localhost',
    ':keys',
    ':keys.dev.localhost',
    '[::1].dev.localhost',
  ])('that is %s opens nothing, and no answer leads there', async (host) => {
    for (const path of [
      '/',
      '/_proxy/',
      '/_proxy/api/start?to=/',
      '/_proxy/api/sign-in?to=/',
      '/_proxy/routes.json',
    ])
      for (const headers of [NAVIGATION, FETCH]) {
        const answer = await cloud.ask(host, path, { headers: { ...headers, cookie: session } });
        expect(answer.status, path).toBeGreaterThan(300);
        expect(strangersIn(answer), path).toEqual([]);
        expect(answer.headers['set-cookie'], path).toBeUndefined();
      }
  });

  test('in other letters or with a dot at its end is the same name', async () => {
    for (const host of ['VAULT.Dev.LocalHost', 'vault.dev.localhost.']) {
      const answer = await cloud.ask(named(host), '/whoami', { headers: { ...FETCH, cookie: session } });
      expect([answer.status, JSON.parse(answer.body.toString()).headers['x-proxy-user']], host).toEqual([
        200,
        'alice@example.com',
      ]);
    }
  });

  test('is the only header that names the host of a sign-in', async () => {
    const forged = {
      'x-proxy-host': 'hello.dev.localhost',
      'x-forwarded-host': 'evil.example',
      'x-original-url': '/x',
      forwarded: 'host=evil.example',
    };
    const answer = await cloud.ask(named('vault.dev.localhost'), '/_proxy/api/start?to=/', {
      headers: { ...NAVIGATION, ...forged },
    });
    const { origin, searchParams } = new URL(answer.headers.location ?? '');
    expect([origin, searchParams.get('host')]).toEqual([cloud.at('', ''), 'vault.dev.localhost']);
  });
});

describe('a path', () => {
  test.each([
    '/_proxy/errors/../routes.json',
    '/_proxy/errors/..%2froutes.json',
    '/_proxy/errors/%2e%2e/routes.json',
    '/_proxy/errors/.%2e/routes.json',
    '/_proxy/errors//../routes.json',
    '/_proxy/errors/x/../../routes.json',
    '/_proxy//routes.json',
    '//_proxy/routes.json',
    '/%5Fproxy/routes.json',
    '/x/../_proxy/routes.json',
    '/./_proxy/routes.json',
    '/_proxy/./routes.json',
    '/_proxy/routes%2ejson',
    '/_proxy/api/../routes.json',
    '/_proxy/api/%2e%2e/routes.json',
    '/_proxy/api/..%2froutes.json',
  ])('does not reach the list of routes without a session: %s', async (path) => {
    for (const app of ['dev', 'vault.dev', 'open.dev', 'unknown.dev']) {
      const { status, body } = await cloud.ask(named(`${app}.localhost`), path, { headers: FETCH });
      expect([400, 401, 403, 404], `${app} ${status}`).toContain(status);
      expect(body.toString()).not.toContain('"routes"');
    }
  });

  test.each([
    '/_proxy/api/',
    '/_proxy/api/me/',
    '/_proxy/api/ME',
    '/_proxy/api/me%3F',
    '/_proxy/api/%6De',
    '/_proxy/api//me',
    '/_proxy/api/me;x',
    '/_proxy/api/__proto__',
    '/_proxy/api/constructor',
    `/_proxy/api/${'a'.repeat(4_000)}`,
  ])('is an endpoint as it is written, and not otherwise: %s', async (path) => {
    const { status, headers } = await cloud.ask(named('vault.dev.localhost'), path, {
      headers: { ...FETCH, cookie: session },
    });
    expect([400, 404], String(status)).toContain(status);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('or query of eight thousand characters is answered without a fault of the server', async () => {
    const long = 'x'.repeat(7_900);
    for (const path of [
      `/${long}`,
      `/?${long}`,
      `/_proxy/api/start?to=/${long}`,
      `/_proxy/api/arrive?ticket=${long}`,
    ]) {
      const { status } = await cloud.ask(named('vault.dev.localhost'), path, { headers: NAVIGATION });
      expect(status, path.slice(0, 30)).toBeLessThan(500);
    }
  });
});

describe('a method', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s has an effect at the endpoints that name it only',
    async (method) => {
      const headers = { ...FETCH, origin: cloud.at('vault', ''), cookie: session };
      for (const [name, its] of [
        ['start', 'GET'],
        ['arrive', 'GET'],
        ['me', 'GET'],
        ['renew', 'POST'],
        ['sign-out', 'POST'],
      ]) {
        if (method === its) continue;
        const answer = await cloud.ask(named('vault.dev.localhost'), `/_proxy/api/${name}`, {
          method,
          headers,
        });
        expect([answer.status, answer.headers['set-cookie']], name).toEqual([404, undefined]);
      }
    },
  );
});

describe('a parameter that occurs twice', () => {
  test.each([
    '/_proxy/api/start?to=/a&to=//evil.example',
    '/_proxy/api/start?to=/a&to=/b',
    '/_proxy/api/start?to[]=//evil.example',
    '/_proxy/api/start?To=/a',
  ])('is none: %s', async (path) => {
    const answer = await cloud.ask(named('vault.dev.localhost'), path, { headers: NAVIGATION });
    expect(new URL(answer.headers.location ?? '').searchParams.get('to')).toBe('/');
  });

  test.each(['host=hello.dev.localhost&host=evil.example', 'host=evil.example', 'host=%00', 'browser=x'])(
    'or is not ours begins no sign-in for another host: %s',
    async (query) => {
      const answer = await cloud.ask(named('dev.localhost'), `/_proxy/api/sign-in?${query}&to=/`, {
        headers: NAVIGATION,
      });
      expect(strangersIn(answer)).toEqual([]);
      expect(String(answer.headers.location ?? '')).not.toContain('evil.example');
    },
  );
});

describe('a forged text', () => {
  /** The text with each of some characters replaced, and other texts of ours. */
  const variants = (text: string) => [
    ...[2, 10, 40, text.length - 1].map(
      (at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
    ),
    text.slice(0, -1),
    `${text}A`,
    text.replace(/^1/, '2'),
    text.toUpperCase(),
    text.split('.').reverse().join('.'),
    '',
    '1.',
    '1..',
  ];

  test('is no session', async () => {
    const value = session.slice(session.indexOf('=') + 1);
    for (const forged of variants(value)) {
      const headers = { ...FETCH, cookie: `__Host-proxy-session=${forged}` };
      expect((await cloud.ask(named('vault.dev.localhost'), '/', { headers })).status, forged).toBe(401);
    }
  });

  test('is no ticket, and no state', async () => {
    const browser = await cloud.signedIn('hello');
    const queryOf = (path: string, name: string) =>
      new URL(
        browser.pages.findLast(({ address }) => address.includes(path))?.address ?? '',
      ).searchParams.get(name) ?? '';
    const [ticket, state] = [queryOf('/api/arrive', 'ticket'), queryOf('/api/callback', 'state')];
    const before = browser.cookies.length;
    for (const forged of [...variants(ticket), state]) {
      const page = await browser.open(
        cloud.at('hello', `/_proxy/api/arrive?ticket=${encodeURIComponent(forged)}`),
      );
      expect(page.headers['x-proxy-state'], forged).toBe('link not valid');
    }
    for (const forged of [...variants(state), ticket]) {
      const address = `/_proxy/api/callback?code=x&state=${encodeURIComponent(forged)}`;
      expect((await browser.open(cloud.at('', address))).headers['x-proxy-state'], forged).toBe(
        'link not valid',
      );
    }
    expect(browser.cookies.length).toBe(before);
    // A good one works once, and at its own hostname only.
    for (const app of ['vault', 'hello']) {
      const again = await browser.open(cloud.at(app, `/_proxy/api/arrive?ticket=${ticket}`));
      expect(again.headers['x-proxy-state'], app).toBe('link not valid');
    }
  });
});

describe('a flood of cookies', () => {
  test('of the name of a session opens nothing, and is no fault of the server', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `__Host-proxy-session=1.${n}`).join('; ');
    for (const path of ['/', '/_proxy/api/me', '/_proxy/api/start?to=/']) {
      const headers = { ...FETCH, cookie: many };
      const { status } = await cloud.ask(named('vault.dev.localhost'), path, { headers });
      expect([401, 303], `${path} ${status}`).toContain(status);
    }
  });

  test('beyond the size of a request is refused before any function', async () => {
    const headers = { ...FETCH, cookie: `${session}; a=${'x'.repeat(40_000)}` };
    const { status } = await cloud.ask(named('vault.dev.localhost'), '/', { headers });
    expect(status).toBe(431);
  });
});

describe('a header that occurs twice', () => {
  test.each([
    ['x', 'the pass'],
    ['the pass', 'x'],
  ])('is no fault of the server, and no app sees a pass: %s, %s', async (...values) => {
    const { out: pass } = await cloud.command('pass', 'hello', '--for', 'ci');
    const sent = values.map((value) => (value === 'x' ? value : pass));
    const answer = await cloud.ask(named('hello.dev.localhost'), '/whoami', {
      headers: { ...FETCH, 'x-proxy-pass': sent },
    });
    expect([200, 401]).toContain(answer.status);
    expect(answer.body.toString()).not.toContain(pass);
  });

  test.each([[['same-site', 'same-origin']], [['cross-site', 'none']]])(
    'does not hide the site of a request: %j',
    async (sites) => {
      const headers = { ...FETCH, cookie: session, 'sec-fetch-site': sites };
      expect((await cloud.ask(named('vault.dev.localhost'), '/', { headers })).status).toBe(403);
    },
  );
});
