import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, HttpBrowser, NAVIGATION, type Page } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud();
}, 60_000);
afterAll(() => cloud?.dispose());

const VAULT = 'vault.dev.localhost';
const SESSION = '__Host-proxy-session';

const fetchAt = (browser: HttpBrowser, app: string, path = '/', sent: { method?: string } = {}) =>
  browser.send(cloud.at(app, path), { ...sent, headers: { ...FETCH, origin: cloud.at(app, '') } });

const statusOf = async (browser: HttpBrowser, app: string) => (await fetchAt(browser, app)).status;

const post = (browser: HttpBrowser, app: string, name: string) =>
  fetchAt(browser, app, `/_proxy/api/${name}`, { method: 'POST' });

/** The address that a browser asked last with this beginning of its path. */
const askedAt = (browser: HttpBrowser, path: string) =>
  browser.pages.findLast(({ address }) => new URL(address).pathname.startsWith(path))?.address ?? '';

describe('S10: a ticket is for the browser in which the sign-in began:', () => {
  test('the link of a stranger does not sign a person in as the stranger', async () => {
    const mallory = await cloud.signedIn('vault', 'alice');
    const ticket = askedAt(mallory, '/_proxy/api/arrive');
    expect(ticket).toContain('ticket=1.');
    const fresh = new HttpBrowser();
    expect((await fresh.open(ticket)).headers['x-proxy-state']).toBe('link not valid');
    expect(fresh.cookie(VAULT, SESSION)).toBe('');
    // His sign-in at the app has begun, so his browser has a cookie of it.
    const bob = await cloud.signedIn('vault', 'bob');
    expect(bob.cookie(VAULT, '__Host-proxy-browser')).not.toBe('');
    expect((await bob.open(ticket)).headers['x-proxy-state']).toBe('link not valid');
    expect(bob.cookie(VAULT, SESSION)).toBe('');
  });

  test('the provider’s answer to a stranger does not either', async () => {
    const mallory = new HttpBrowser();
    const { address } = await mallory.open(cloud.at('hello'));
    const chosen = await mallory.send(`${address}/alice`, { method: 'POST' });
    const resumed = await mallory.send(String(chosen.headers['location']));
    const callback = String(resumed.headers['location']);
    expect(callback).toMatch(/\/callback\?code=/);
    const bob = await cloud.signedIn('hello', 'bob');
    await bob.open(callback);
    for (const victim of [bob, new HttpBrowser()]) {
      await victim.open(callback);
      const me = await fetchAt(victim, '', '/_proxy/api/me');
      expect(me.body).not.toContain('alice');
    }
  });

  test('no step tells its address to another site', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    const steps = browser.pages.filter(({ address }) => address.includes('/_proxy/api/'));
    expect(steps.map(({ address }) => new URL(address).pathname.split('/').at(-1))).toEqual([
      ...['start', 'sign-in', 'callback', 'arrive', 'start'],
    ]);
    for (const { headers } of steps)
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });
});

describe('S11: a sign-in', () => {
  test('is independent of others in the same browser, and each returns to its path', async () => {
    const browser = new HttpBrowser();
    const begun: Page[] = [];
    for (const n of [0, 1, 2, 3, 4]) begun.push(await browser.open(cloud.at('vault', `/${n}?q=${n}`)));
    const names = browser.cookies.map(({ host, name }) => `${host} ${name}`);
    expect(names.filter((name) => name.includes('localhost'))).toHaveLength(2);
    for (const n of [3, 0, 4, 1, 2]) {
      const page = await browser.open(`${begun[n]?.address}/alice`, { method: 'POST' });
      expect([page.address, page.status]).toEqual([cloud.at('vault', `/${n}?q=${n}`), 200]);
    }
  });

  test.each([
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['https://evil.example/', '/'],
    ['/%0d%0alocation:x', '/%0d%0alocation:x'],
    [`/${'x'.repeat(1_023)}`, `/${'x'.repeat(1_023)}`],
    [`/${'x'.repeat(1_024)}`, '/'],
    ['/_proxy/api/sign-out', '/'],
  ])('returns to a path of the app alone: %s', async (to, path) => {
    const browser = await cloud.signedIn('vault', 'alice');
    browser.cookies.splice(0, 99, ...browser.cookies.filter(({ name }) => name !== SESSION));
    const page = await browser.open(cloud.at('vault', `/_proxy/api/start?to=${encodeURIComponent(to)}`));
    expect([page.address, page.status]).toEqual([cloud.at('vault', path), 200]);
  });

  test.each(['all', SESSION, '__Host-proxy-browser', '__Host-proxy-who', '__Host-proxy-arrivals'])(
    'that loses its cookies ends in a page: %s',
    async (lost) => {
      const browser = new HttpBrowser((name) => lost === 'all' || name === lost);
      let page = await browser.open(cloud.at('vault'));
      // The provider has cookies of its own on another site, and asks as often as the way leads there.
      for (let n = 0; n < 5 && page.address.includes('/interaction/'); n++)
        page = await browser.open(`${page.address}/alice`, { method: 'POST' });
      const state = page.headers['x-proxy-state'];
      if (lost === '__Host-proxy-who' || lost === '__Host-proxy-arrivals') expect(page.status).toBe(200);
      else expect([page.status, state]).toEqual([400, 'no cookies']);
    },
  );
});

test('S11: a sign-in to an app that has just been launched does not blame the browser', async () => {
  const browser = await cloud.signedIn('vault', 'alice');
  await cloud.live('young');
  // The concierge has read the rules less than a second ago.
  const page = await browser.open(cloud.at('young'));
  if (page.status !== 200) {
    expect([page.status, page.headers['x-proxy-state']]).toEqual([503, 'not known yet']);
    cloud.clock.advance(5_000);
    expect((await browser.open(cloud.at('young'))).status).toBe(200);
  }
});

describe('S12: of two cookies of one name', () => {
  const both = (...values: string[]) => ({ cookie: values.map((value) => `${SESSION}=${value}`).join('; ') });

  test('of two people neither counts, and the sign-in begins anew', async () => {
    const [alice, bob] = [await cloud.signedIn('hello', 'alice'), await cloud.signedIn('hello', 'bob')];
    const values = [alice, bob].map((each) => each.cookie('hello.dev.localhost', SESSION));
    const headers = { ...NAVIGATION, ...both(...values) };
    const asked = await new HttpBrowser().send(cloud.at('hello'), { headers });
    expect([asked.status, asked.headers['location']]).toEqual([302, '/_proxy/api/start?to=%2F']);
    const cleared = await new HttpBrowser().send(cloud.at('hello', '/_proxy/api/start?to=%2F'), { headers });
    expect(cleared.headers['set-cookie']).toContainEqual(expect.stringMatching(`^${SESSION}=; Max-Age=0`));
  });

  test('a forged one costs a redirect at most, and names no one else', async () => {
    const alice = await cloud.signedIn('hello', 'alice');
    const good = alice.cookie('hello.dev.localhost', SESSION);
    for (const values of [
      ['forged', good],
      [good, 'forged'],
    ]) {
      const headers = { ...FETCH, ...both(...values) };
      const page = await new HttpBrowser().send(cloud.at('hello', '/whoami'), { headers });
      expect([200, 401]).toContain(page.status);
      if (page.status === 200) expect(page.body).toContain('alice@example.com');
    }
  });
});

describe('S13: a sibling', () => {
  test('can sign a person out by removing cookies, and the next request signs in without a click', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    for (const name of [SESSION, '__Host-proxy-browser']) {
      browser.cookies.splice(0, 99, ...browser.cookies.filter((each) => each.name !== name));
      expect((await browser.open(cloud.at('vault'))).status).toBe(200);
    }
  });

  test('can send many cookies of its own, and the session still counts', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    const flood = Array.from({ length: 150 }, (_, n) => `flood${n}=${'x'.repeat(40)}`).join('; ');
    const cookie = `${flood}; ${SESSION}=${browser.cookie(VAULT, SESSION)}`;
    const page = await new HttpBrowser().send(cloud.at('vault'), { headers: { ...FETCH, cookie } });
    expect(page.status).toBe(200);
  });
});

test('S14: the data of the last claimant are cleared at the first arrival, once', async () => {
  const first = await cloud.live('heir');
  await cloud.pass(1);
  const browser = await cloud.signedIn('heir', 'alice');
  const cleared = () =>
    browser.pages
      .filter(({ address }) => address.includes('/api/arrive'))
      .map(({ headers }) => headers['clear-site-data']);
  expect(cleared()).toEqual(['"cache", "storage"']);
  await cloud.pass(61);
  expect((await browser.open(cloud.at('heir'))).status).toBe(200);
  expect(cleared().slice(1)).toEqual([undefined]);
  cloud.fleet.terminateInstances([first]);
  await cloud.settled();
  await cloud.live('heir');
  await cloud.pass(1);
  expect((await browser.open(cloud.at('heir'))).status).toBe(200);
  expect(cleared().slice(2)).toEqual(['"cache", "storage"']);
});

describe('S15: a session', () => {
  test('ends after an hour, and its own page renews it, also afterwards', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    const first = Number((await fetchAt(browser, 'vault', '/whoami')).body.match(/until":"(\d+)/)?.[1]);
    await cloud.pass(61);
    const ended = await fetchAt(browser, 'vault');
    expect([ended.status, ended.headers['x-proxy-renew']]).toEqual([401, '/_proxy/api/renew']);
    const renewed = await post(browser, 'vault', 'renew');
    const { until } = JSON.parse(renewed.body);
    expect(until).toBeGreaterThanOrEqual(first + 3_660);
    expect((await fetchAt(browser, 'vault', '/whoami')).body).toContain(`"x-proxy-until":"${until}"`);
  });

  test('is renewed for eight hours, and then the person signs in again', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    for (let hour = 1; hour < 8; hour++) {
      await cloud.pass(60);
      expect((await post(browser, 'vault', 'renew')).status).toBe(200);
    }
    await cloud.pass(61);
    expect(await statusOf(browser, 'vault')).toBe(401);
    expect((await post(browser, 'vault', 'renew')).status).toBe(401);
  });

  test('that ended is renewed by a navigation too, without a click', async () => {
    const browser = await cloud.signedIn('vault', 'alice');
    await cloud.pass(61);
    expect((await browser.open(cloud.at('vault', '/later'))).address).toBe(cloud.at('vault', '/later'));
  });
});

describe('S18: no request is lost in silence:', () => {
  test('a preflight is 401 without a header of CORS', async () => {
    const headers = {
      ...FETCH,
      'sec-fetch-site': 'same-site',
      origin: cloud.at('hello', ''),
      'access-control-request-method': 'PUT',
    };
    const page = await new HttpBrowser().send(cloud.at('vault'), { method: 'OPTIONS', headers });
    expect([page.status, page.body]).toEqual([401, '']);
    expect(Object.keys(page.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('a form that is sent without a session gets a page that says so, with a way on', async () => {
    const browser = new HttpBrowser();
    const page = await browser.send(cloud.at('vault', '/upload'), { method: 'POST', headers: NAVIGATION });
    expect([page.status, page.headers['x-proxy-state']]).toEqual([401, 'not signed in']);
    expect(page.body).toContain('Nothing was sent.');
    expect(page.body).toContain('href="/_proxy/api/start?to=%2Fupload"');
  });
});
