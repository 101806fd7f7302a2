import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, HttpBrowser, NAVIGATION } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud();
}, 60_000);
afterAll(() => cloud?.dispose());

const signedIn = (app: string, person: string) => cloud.signedIn(app, person);

describe('a person without a session', () => {
  test('comes to the provider, signs in, and returns to the path that was asked', async () => {
    const browser = new HttpBrowser();
    const asked = await browser.open(cloud.at('vault', '/a%2Fb?c=d&e'));
    expect(asked.address).toMatch(`${cloud.issuer}/interaction/`);
    const page = await browser.open(`${asked.address}/alice`, { method: 'POST' });
    expect([page.address, page.status]).toEqual([cloud.at('vault', '/a%2Fb?c=d&e'), 200]);
    expect(page.body).toContain('Welcome, <b>alice@example.com</b>');
  });

  test('opens a second app without being asked again', async () => {
    const browser = await signedIn('vault', 'alice');
    const page = await browser.open(cloud.at('hello', '/whoami'));
    expect(JSON.parse(page.body)).toMatchObject({ headers: { 'x-proxy-user': 'alice@example.com' } });
  });

  test('who is not in the group is told so, and may open other apps', async () => {
    const browser = new HttpBrowser();
    const page = await cloud.signInAt(browser, cloud.at('vault'), 'bob');
    expect([page.status, page.headers['x-proxy-state']]).toEqual([403, 'not admitted']);
    expect((await browser.open(cloud.at('hello'))).status).toBe(200);
  });

  test('who cancels gets a page, and no session', async () => {
    const browser = new HttpBrowser();
    const page = await cloud.signInAt(browser, cloud.at('vault'), 'cancel');
    expect([page.status, page.headers['x-proxy-state']]).toEqual([403, 'cancelled']);
    expect(browser.cookies.map(({ name }) => name)).not.toContain('__Host-proxy-session');
  });

  test.each([
    ['a fetch', 'GET', FETCH],
    ['a HEAD request', 'HEAD', NAVIGATION],
    ['an image', 'GET', { ...FETCH, 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
    ['a frame', 'GET', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
    ['a form', 'POST', NAVIGATION],
    ['a preflight', 'OPTIONS', FETCH],
    ['a prefetch', 'GET', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    ['a program', 'GET', { accept: '*/*' }],
  ])('gets 401 for %s', async (_what, method, headers) => {
    for (const app of ['vault', 'unknown']) {
      const page = await new HttpBrowser().send(cloud.at(app), { method, headers });
      expect([page.status, page.headers['x-proxy-state'], page.headers['set-cookie']]).toEqual([
        401,
        'not signed in',
        undefined,
      ]);
    }
  });
});

describe('a person with a session', () => {
  test('is named to the app, which sees no session and no forged name', async () => {
    const browser = await signedIn('vault', 'alice');
    const forged = {
      'x-proxy-user': 'root',
      x_proxy_user: 'root',
      'x-proxy-subject': 'root',
      'x-proxy-until': '9',
    };
    const page = await browser.send(cloud.at('vault', '/whoami'), { headers: { ...FETCH, ...forged } });
    const { headers } = JSON.parse(page.body);
    expect(headers).toMatchObject({
      'x-proxy-user': 'alice@example.com',
      'x-proxy-subject': expect.stringMatching(/^[\w-]{22}$/),
      'x-proxy-until': expect.stringMatching(/^\d{10}$/),
    });
    expect(JSON.stringify(headers)).not.toMatch(/root|proxy-(?:session|browser|hint)/);
  });

  test.each([
    ['a script of its own page', FETCH, 200],
    ['a link of another site', { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }, 200],
    ['a script of a sibling', { ...FETCH, 'sec-fetch-site': 'same-site' }, 403],
    [
      'a frame of a sibling',
      { ...NAVIGATION, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-site' },
      403,
    ],
  ])('%s', async (_who, headers, status) => {
    const browser = await signedIn('vault', 'alice');
    expect((await browser.send(cloud.at('vault'), { headers })).status).toBe(status);
  });

  test('has it at one app only', async () => {
    const browser = await signedIn('vault', 'alice');
    const session = browser.cookies.find(({ name }) => name === '__Host-proxy-session');
    const cookie = `__Host-proxy-session=${session?.value}`;
    const other = await new HttpBrowser().send(cloud.at('hello'), { headers: { ...FETCH, cookie } });
    expect(other.status).toBe(401);
    const own = await new HttpBrowser().send(cloud.at('vault'), { headers: { ...FETCH, cookie } });
    expect(own.status).toBe(200);
  });

  test('keeps it when the keys rotate', async () => {
    const browser = await signedIn('vault', 'alice');
    cloud.signIn?.rotate();
    expect((await browser.send(cloud.at('vault'), { headers: FETCH })).status).toBe(200);
  });

  test('loses it by signing out, and is asked before the next sign-in', async () => {
    const browser = await signedIn('vault', 'alice');
    const headers = { 'sec-fetch-site': 'same-origin', origin: cloud.at('vault', '') };
    const page = await browser.open(cloud.at('vault', '/_proxy/api/sign-out'), { method: 'POST', headers });
    expect([page.status, page.headers['x-proxy-state']]).toEqual([200, 'signed out']);
    expect((await browser.send(cloud.at('vault'), { headers: FETCH })).status).toBe(401);
    const again = await browser.open(cloud.at('vault'));
    expect(again.body).toContain('Sign in again');
  });

  test('reads who it is, and renews the session', async () => {
    const browser = await signedIn('vault', 'alice');
    const me = await browser.send(cloud.at('vault', '/_proxy/api/me'), { headers: FETCH });
    expect(JSON.parse(me.body)).toMatchObject({ user: 'alice@example.com' });
    const headers = { ...FETCH, origin: cloud.at('vault', '') };
    const renewed = await browser.send(cloud.at('vault', '/_proxy/api/renew'), { method: 'POST', headers });
    expect(renewed.status).toBe(200);
  });
});

describe('the portal', () => {
  test('needs a session too, and so does the list of routes', async () => {
    const browser = new HttpBrowser();
    expect((await browser.send(cloud.at('', '/_proxy/routes.json'), { headers: FETCH })).status).toBe(401);
    const page = await cloud.signInAt(browser, cloud.at('', '/_proxy/'), 'bob');
    expect([page.address, page.status]).toEqual([cloud.at('', '/_proxy/'), 200]);
    const list = await browser.send(cloud.at('', '/_proxy/routes.json'), { headers: FETCH });
    expect(JSON.parse(list.body).routes.map(({ hostname }: { hostname: string }) => hostname)).toEqual([
      'hello.dev.localhost',
      'open.dev.localhost',
      'vault.dev.localhost',
    ]);
  });

  test('shows the page for unreachable instances to every viewer', async () => {
    const page = await new HttpBrowser().send(cloud.at('', '/_proxy/errors/unreachable.html'), {
      headers: FETCH,
    });
    expect(page.status).toBe(200);
  });
});

describe('nothing of the cloud', () => {
  test('reached its log with a name, a code or a token', async () => {
    await signedIn('vault', 'alice');
    const { readFileSync } = await import('node:fs');
    const log = readFileSync(`${cloud.stateFolder}/logs/concierge.log`, 'utf8');
    expect(log).toContain('"endpoint":"/_proxy/api/callback"');
    expect(log).not.toMatch(/alice|code=|state=|ticket/);
    expect(cloud.troubles).toEqual([]);
  });
});
