import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../../core/wire/session.ts';
import { PICTURE, readPassingPage } from '../../support/stands/sign-in/passing-page.ts';
import { Browser, type Page } from './support/browser.ts';
import { RealProvider } from './support/oidc-provider.ts';
import { APEX, createWorld, ring, SHOP, type World } from './support/stand.ts';

const provider = new RealProvider();
beforeAll(() => provider.start(`https://${APEX}/_proxy/api/callback`));
afterAll(() => provider.stop());

let world: World;
let browser: Browser;
beforeEach(() => {
  provider.next = 'alice';
  provider.shown = 0;
  world = createWorld(provider.issuer);
  browser = new Browser(world.desk);
});

const start = (host = SHOP, to = '/cart?a=1&b=2') =>
  `https://${host}/_proxy/api/start?${new URLSearchParams({ to })}`;
const endpoint = (host: string, name: string) => `https://${host}/_proxy/api/${name}`;
const statesOf = ({ steps }: Page) => steps.map(({ state }) => state).filter((state) => state !== '');
/** The page of the base domain, its picture, `start`, and the app. */
const ARRIVING = ['to the app', 'signed in', 'signed in', 'app'];
const pictureIn = ({ steps }: Page) => steps.find(({ url }) => url.includes('/arrive?'))?.url ?? '';
const post = (address: string, headers: Record<string, string> = {}) =>
  browser.send(address, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', ...headers } });
/** The address to which a page that asks again goes. */
const againOf = ({ body }: Page) => /content="5;url=([^"]+)"/.exec(body)?.[1]?.replaceAll('&#38;', '&');
const me = async (host = SHOP) => (await browser.send(endpoint(host, 'me'))).status;

describe('a person who opens a gated app', () => {
  test('signs in at the provider and comes back to the page with its query', async () => {
    const page = await browser.open(start());
    expect([page.url, page.state]).toEqual([`https://${SHOP}/cart?a=1&b=2`, 'app']);
    expect(statesOf(page)).toEqual(['sign in', 'to the provider', ...ARRIVING]);
    expect(provider.shown).toBe(1);
  });

  test('needs no click for the next app', async () => {
    await browser.open(start());
    const page = await browser.open(start('wiki.dev.example.com', '/'));
    expect(statesOf(page)).toEqual(['sign in', ...ARRIVING]);
    expect(provider.shown).toBe(1);
  });

  test('may open three tabs at once', async () => {
    const pages = await Promise.all(['/a', '/b', '/c'].map((to) => browser.open(start(SHOP, to))));
    expect(pages.map(({ url, state }) => [url, state])).toEqual([
      [`https://${SHOP}/a`, 'app'],
      [`https://${SHOP}/b`, 'app'],
      [`https://${SHOP}/c`, 'app'],
    ]);
  });

  test('gets the session of that hostname alone', async () => {
    await browser.open(start());
    expect(await me()).toBe(200);
    expect(await me('wiki.dev.example.com')).toBe(401);
    const stolen = browser.cookies(SHOP).get(SESSION_COOKIE)?.value ?? '';
    browser.cookies('wiki.dev.example.com').set(SESSION_COOKIE, { value: stolen, path: '/' });
    expect(await me('wiki.dev.example.com')).toBe(401);
  });

  test('reaches the portal on the base domain by the same sign-in', async () => {
    const page = await browser.open(`${endpoint(APEX, 'sign-in')}?to=%2F_proxy%2F`);
    expect([page.url, page.state]).toEqual([`https://${APEX}/_proxy/`, 'app']);
    expect([...browser.cookies(APEX).keys()]).toContain(SESSION_COOKIE);
    expect(await (await browser.send(endpoint(APEX, 'me'))).json()).toMatchObject({ groups: ['devs'] });
  });

  test('gets the app for a name without an entry as well, so that names do not leak', async () => {
    const page = await browser.open(start('nothing.dev.example.com', '/'));
    expect(page.state).toBe('app');
  });
});

describe('an access rule', () => {
  test.each([
    ['alice', SHOP, 'app'],
    ['bob', SHOP, 'not admitted'],
    ['bob', 'wiki.dev.example.com', 'app'],
    ['alice', 'mine.dev.example.com', 'app'],
    ['bob', 'mine.dev.example.com', 'not admitted'],
  ])('decides for %s at %s: %s', async (person, host, state) => {
    provider.next = person;
    expect((await browser.open(start(host, '/'))).state).toBe(state);
  });

  test('that does not admit a person gets a page with the name and the way to another account', async () => {
    provider.next = 'bob';
    const page = await browser.open(start());
    expect(page.status).toBe(403);
    expect(page.body).toContain(
      'You are signed in as bob@example.com. shop.dev.example.com is for the group devs.',
    );
    provider.next = 'alice';
    const [, href = ''] = /href="([^"]+)"/.exec(page.body) ?? [];
    // The provider would first end the session of the other account, by a form that sends itself.
    browser.cookies('127.0.0.1').clear();
    const again = await browser.open(href.replaceAll('&#38;', '&'));
    expect(again.state).toBe('app');
    expect(provider.shown).toBe(2);
  });

  test('that has changed needs a new decision', async () => {
    await browser.open(start());
    world.sequence = 200;
    world.hosts.set(SHOP, { since: 200, rule: 'bob@example.com' });
    expect(await me()).toBe(401);
    expect((await post(endpoint(SHOP, 'renew'))).status).toBe(401);
    expect((await browser.open(start())).state).toBe('not admitted');
  });
});

describe('an account', () => {
  test('whose mail address is not confirmed gets a page with the reason', async () => {
    provider.next = 'mallory';
    const page = await browser.open(start());
    expect([page.status, page.state]).toEqual([403, 'no name']);
    expect(browser.cookies(APEX).has('__Host-proxy-who')).toBe(false);
  });

  test('whose confirmed address apps cannot take is not told that it lacks the confirmation alone', async () => {
    provider.next = 'ursula';
    const page = await browser.open(start());
    expect([page.status, page.state]).toEqual([403, 'no name']);
    expect(page.body).toContain('no confirmed mail address or other name that apps can take');
  });

  test('that cancels gets a page with a link to try again', async () => {
    provider.next = undefined;
    const page = await browser.open(start());
    expect([page.status, page.state]).toEqual([403, 'cancelled']);
    expect(page.body).toContain(`href="https://${SHOP}/_proxy/api/start?to=`);
    expect(world.reasons).toEqual(['the provider answers access_denied']);
  });
});

describe('a browser without cookies', () => {
  test.each([
    ['the app', [SHOP]],
    ['the base domain', [APEX]],
    ['both', [SHOP, APEX]],
  ])('of %s gets a page after two rounds, and no loop', async (_, hosts) => {
    for (const host of hosts) browser.blocked.add(host);
    const page = await browser.open(start());
    expect([page.status, page.state]).toEqual([400, 'no cookies']);
    expect(page.body).toContain('Your browser does not keep the cookies');
  });

  test('for sessions alone gets a page, and no loop', async () => {
    let page = await browser.open(start());
    for (let visit = 0; visit < 3 && page.state === 'app'; visit++) {
      browser.cookies(SHOP).delete(SESSION_COOKIE);
      page = await browser.open(start());
    }
    expect(page.state).toBe('no cookies');
  });
});

describe('an edge that does not accept the session yet', () => {
  test('gets a page that asks again, and no loop', async () => {
    await browser.open(start());
    const states: string[] = [];
    for (let visit = 0; visit < 5; visit++) states.push((await browser.open(start())).state);
    expect(states.slice(0, 4)).toEqual(['app', 'app', 'app', 'app']);
    expect(states.at(-1)).toBe('not known yet');
    // After the page one more try is allowed.
    expect((await browser.open(start())).state).toBe('app');
    const page = await browser.open(start());
    expect([page.state, page.headers.get('retry-after')]).toEqual(['not known yet', '5']);
    expect(page.body).toContain(`content="5;url=https://${SHOP}/cart?a=1&#38;b=2"`);
  });
});

describe('the back button', () => {
  test('repeats the callback with a used code, and the person arrives again', async () => {
    const page = await browser.open(start());
    const [callback = ''] = page.steps.map(({ url }) => url).filter((url) => url.includes('/callback?'));
    expect((await browser.open(callback)).state).toBe('app');
    expect(provider.shown).toBe(1);
  });
});

describe('the page that leads to the app', () => {
  /** The page, in a browser that has not loaded its picture yet. */
  async function leadingPage(sent: Record<string, string> = { accept: 'text/html' }) {
    await browser.open(`${endpoint(APEX, 'sign-in')}?to=%2F_proxy%2F`);
    const { url } = await browser.open(start(), { follow: 0 });
    return browser.send(await browser.openUntil('/sign-in?', url), { headers: sent });
  }
  const nextOf = (body: string) => readPassingPage(body)?.next ?? '';

  test('is of the base domain, has the ticket in its picture alone, and loads nothing else', async () => {
    const response = await leadingPage();
    const body = await response.text();
    const { picture = '', next = '' } = readPassingPage(body) ?? {};
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    expect(picture).toMatch(`https://${SHOP}/_proxy/api/arrive?ticket=1.`);
    expect(next).toBe(`${start()}&round=1`);
    expect(body.split('1.179')).toHaveLength(2);
    expect(body).toContain(`href="${next.replaceAll('&', '&#38;')}"`);
    expect(response.headers.get('content-security-policy')).toMatch(`; img-src https://${SHOP}`);
  });

  test('is for a browser that shows pages: another program gets no ticket', async () => {
    const response = await leadingPage({ accept: '*/*' });
    expect([response.status, await response.text()]).toEqual([200, expect.not.stringContaining('ticket')]);
  });

  test('leads through sign-in three times if no picture comes, and then to a page with the reason', async () => {
    browser.loadsPictures = false;
    const page = await browser.open(start());
    expect(statesOf(page).filter((state) => state === 'to the app')).toHaveLength(3);
    expect([page.status, page.state]).toEqual([400, 'no cookies']);
    expect(page.body).toContain('or it loads no pictures');
  });

  test('leads to the app at once after the first sign-in there, and ends too if no picture comes', async () => {
    await browser.open(start());
    world.now += 3_600;
    expect(statesOf(await browser.open(start()))).toEqual(['sign in', 'to the app', 'signed in', 'app']);
    world.now += 3_600;
    browser.cookies(SHOP).delete('__Host-proxy-arrivals');
    browser.loadsPictures = false;
    const ends: string[] = [];
    let page = await browser.open(start());
    for (
      ;
      ends.length < 9 && page.state !== 'no cookies';
      page = await browser.open(againOf(page) ?? start())
    )
      ends.push(page.state);
    expect(ends).toEqual([...Array(5).fill('app'), 'not known yet', 'not known yet']);
    expect(page.body).toContain('or it loads no pictures');
  });

  test('leads to the app for eight tabs of a session that has ended, of which the last ones ask again', async () => {
    await browser.open(start());
    world.now += 3_600;
    browser.cookies(SHOP).delete('__Host-proxy-arrivals');
    const tabs: Page[] = [];
    while (tabs.length < 8) tabs.push(await browser.open(start(), { follow: 0 }));
    expect(tabs.map(({ state }) => state)).toEqual([
      ...Array(5).fill('sign in'),
      ...['not known yet', 'sign in', 'not known yet'],
    ]);
    const next = tabs.map((page) => page.headers.get('location') ?? againOf(page) ?? '');
    for (const url of next) expect((await browser.open(url)).state).toBe('app');
  });

  test('with a picture that comes after a minute leads once more through sign-in', async () => {
    const body = await (await leadingPage()).text();
    world.now += 60;
    const picture = await browser.send(readPassingPage(body)?.picture ?? '', { headers: PICTURE });
    expect([picture.status, picture.headers.getSetCookie()]).toEqual([400, []]);
    expect(statesOf(await browser.open(nextOf(body)))).toEqual(['sign in', ...ARRIVING]);
  });
});

describe('the picture', () => {
  test('is for pages of the same site, is not stored, and takes the cookie of the browser away', async () => {
    const response = await browser.send(await browser.openUntil('/arrive?', start()), { headers: PICTURE });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-site');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect([...browser.cookies(SHOP).keys()]).toEqual([SESSION_COOKIE]);
  });

  test('that is refused clears nothing and sets nothing, also for a ticket of a stranger', async () => {
    const arrive = await browser.openUntil('/arrive?', start());
    for (const victim of [new Browser(world.desk), await signedInElsewhere()]) {
      const response = await victim.send(arrive, { headers: PICTURE });
      expect([response.status, response.headers.get('clear-site-data')]).toEqual([400, null]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  async function signedInElsewhere(): Promise<Browser> {
    const other = new Browser(world.desk);
    await other.openUntil('/arrive?', start());
    return other;
  }
});

describe('a ticket in the link of a stranger', () => {
  test('does not sign another browser in', async () => {
    provider.next = 'bob';
    const arrive = pictureIn(await browser.open(start('wiki.dev.example.com', '/')));
    provider.next = 'alice';
    const victim = new Browser(world.desk);
    await victim.open(start('wiki.dev.example.com', '/'));
    await victim.open(arrive);
    const { user } = (await (await victim.send(endpoint('wiki.dev.example.com', 'me'))).json()) as {
      user: string;
    };
    expect(user).toBe('alice@example.com');
  });

  test('does not sign a fresh browser in as the stranger', async () => {
    provider.next = 'bob';
    const arrive = pictureIn(await browser.open(start('wiki.dev.example.com', '/')));
    const victim = new Browser(world.desk);
    expect((await victim.open(arrive)).state).toBe('link not valid');
    expect(victim.cookies('wiki.dev.example.com').has(SESSION_COOKIE)).toBe(false);
  });

  test('is worth nothing at another hostname', async () => {
    const arrive = pictureIn(await browser.open(start()));
    const other = await browser.open(arrive.replace(SHOP, 'wiki.dev.example.com'));
    expect([other.status, other.state]).toEqual([400, 'link not valid']);
  });
});

describe('a callback of a stranger', () => {
  test('does not sign the victim in as the stranger', async () => {
    provider.next = 'bob';
    // The stranger stops before the callback, and sends its address to the victim.
    const callback = await browser.openUntil('/callback?', start('wiki.dev.example.com', '/'));
    provider.next = 'alice';
    const victim = new Browser(world.desk);
    await victim.open(start('wiki.dev.example.com', '/'));
    await victim.open(callback);
    const { user } = (await (await victim.send(endpoint('wiki.dev.example.com', 'me'))).json()) as {
      user: string;
    };
    expect(user).toBe('alice@example.com');
    expect(world.reasons).toEqual(['the token endpoint answers 400 invalid_grant']);
  });

  test.each(['', 'state=1', 'code=1&state=1.a.b', `error=access_denied`])(
    'with the query %j gets a page',
    async (query) => {
      const page = await browser.open(`${endpoint(APEX, 'callback')}?${query}`);
      expect([page.status, page.state]).toEqual([400, 'link not valid']);
    },
  );

  test('comes too late after ten minutes, and the sign-in begins once more', async () => {
    const url = await browser.openUntil('/callback?', start());
    world.now += 601;
    expect(statesOf(await browser.open(url))).toContain('once more');
  });
});

describe('a rotation of the keys', () => {
  test('ends no session and no sign-in under way', async () => {
    await browser.open(start());
    const url = await browser.openUntil('/arrive?', start('wiki.dev.example.com', '/'));
    world.keys = { edge: ring('edge 2', 'edge'), apex: ring('apex 2', 'apex') };
    expect(await me()).toBe(200);
    expect((await browser.open(url)).state).toBe('signed in');
    expect(await me('wiki.dev.example.com')).toBe(200);
  });

  test('lets a sign-in at the provider end under the key with which it began', async () => {
    const url = await browser.openUntil('/callback?', start());
    world.keys = { edge: ring('edge 2', 'edge'), apex: ring('apex 2', 'apex') };
    expect(statesOf(await browser.open(url))).toEqual(ARRIVING);
  });

  test('twice makes everybody sign in again', async () => {
    await browser.open(start());
    world.keys = { edge: ring('edge 3', 'edge 2'), apex: ring('apex 3', 'apex 2') };
    expect(await me()).toBe(401);
  });
});

describe('an order to sign out', () => {
  test('of one person ends the session at renewal, and the sign-in', async () => {
    await browser.open(start());
    world.now += 10;
    world.signedOut.set('alice@example.com', world.now);
    world.now += 10;
    expect((await post(endpoint(SHOP, 'renew'))).status).toBe(401);
    expect(statesOf(await browser.open(start()))).toContain('to the provider');
    expect(await me()).toBe(200);
  });

  test('of everybody is an epoch: sessions of the last one count no longer', async () => {
    await browser.open(start());
    world.epoch += 1;
    expect(await me()).toBe(401);
    await browser.open(start());
    expect(await me()).toBe(200);
  });
});

describe('a session', () => {
  test('ends after an hour, and can be renewed for eight hours after the sign-in', async () => {
    await browser.open(start());
    world.now += 3_600;
    expect(await me()).toBe(401);
    const renewed = await post(endpoint(SHOP, 'renew'));
    expect(await renewed.json()).toMatchObject({ user: 'alice@example.com', until: world.now + 3_600 });
    expect(await me()).toBe(200);
    world.now += 6.5 * 3_600;
    expect(await (await post(endpoint(SHOP, 'renew'))).json()).toMatchObject({ until: world.now + 1_800 });
    world.now += 1_800;
    expect((await post(endpoint(SHOP, 'renew'))).status).toBe(401);
  });

  test('is described to the app of its hostname', async () => {
    await browser.open(start());
    expect(await (await browser.send(endpoint(SHOP, 'me'))).json()).toEqual({
      user: 'alice@example.com',
      subject: expect.stringMatching(/^[\w-]{22}$/),
      signedInAt: world.now,
      until: world.now + 3_600,
      renewableUntil: world.now + 28_800,
    });
  });

  test.each<[string, Record<string, string>]>([
    ['a sibling', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling without Sec-Fetch-Site', { 'sec-fetch-site': '', origin: 'https://evil.dev.example.com' }],
    ['an opaque origin', { 'sec-fetch-site': '', origin: 'null' }],
  ])('is neither renewed nor ended by %s', async (_, headers) => {
    await browser.open(start());
    for (const [host, name] of [
      [SHOP, 'renew'],
      [SHOP, 'sign-out'],
      [APEX, 'sign-out'],
    ] as const) {
      const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
      const response = await browser.send(endpoint(host, name), { method: 'POST', headers: sent });
      expect([response.status, response.headers.get('x-proxy-state')]).toEqual([403, 'other site']);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(await me()).toBe(200);
  });
});

describe('data of the last claimant', () => {
  const arriveHeaders = async () => {
    const response = await browser.send(await browser.openUntil('/arrive?', start()));
    return response.headers.get('clear-site-data');
  };

  test('are cleared on the first arrival, and when the claimant has changed, but not each time', async () => {
    expect(await arriveHeaders()).toBe('"cache", "storage"');
    world.now += 3_600;
    expect(await arriveHeaders()).toBeNull();
    world.sequence = 300;
    world.hosts.set(SHOP, { since: 300 });
    expect(await arriveHeaders()).toBe('"cache", "storage"');
  });

  test('are cleared if the session before is of another person, as one is that the last claimant has put there', async () => {
    provider.next = 'bob';
    const other = new Browser(world.desk);
    await other.open(start('wiki.dev.example.com', '/'));
    const planted = other.cookies('wiki.dev.example.com').get(SESSION_COOKIE)?.value ?? '';
    provider.next = 'alice';
    browser.cookies('wiki.dev.example.com').set(SESSION_COOKIE, { value: planted, path: '/' });
    world.now += 3_600;
    const arrive = await browser.openUntil('/arrive?', start('wiki.dev.example.com', '/'));
    const { headers } = await browser.send(arrive, { headers: PICTURE });
    expect(headers.get('clear-site-data')).toBe('"cache", "storage"');
  });
});

describe('signing out', () => {
  test('by a form of the app ends the session and the sign-in, and the next sign-in asks first', async () => {
    await browser.open(start());
    const response = await post(endpoint(SHOP, 'sign-out'), { accept: 'text/html' });
    const page = await browser.open(response.headers.get('location') ?? '');
    expect([page.status, page.state]).toEqual([200, 'signed out']);
    expect(await me()).toBe(401);
    expect((await browser.send(endpoint(APEX, 'me'))).status).toBe(401);
    const next = await browser.open(start());
    expect([next.status, next.state]).toEqual([200, 'signed out']);
    const [, href = ''] = /href="([^"]+)"/.exec(next.body) ?? [];
    expect((await browser.open(href.replaceAll('&#38;', '&'))).url).toBe(`https://${SHOP}/cart?a=1&b=2`);
    // The provider has asked for the account, although it knew the person.
    expect(provider.shown).toBe(2);
  });

  test('by a script gives the address that ends the sign-in', async () => {
    await browser.open(start());
    const { next } = (await (await post(endpoint(SHOP, 'sign-out'))).json()) as { next: string };
    expect((await browser.open(next)).state).toBe('signed out');
    expect((await browser.send(endpoint(APEX, 'me'))).status).toBe(401);
  });

  test('on the base domain ends the sign-in', async () => {
    await browser.open(start());
    expect((await post(endpoint(APEX, 'sign-out'))).headers.get('x-proxy-state')).toBe('signed out');
    expect((await browser.send(endpoint(APEX, 'me'))).status).toBe(401);
  });

  test('cannot be ordered by a link: a word is for one person, and for a minute', async () => {
    provider.next = 'bob';
    await browser.open(start('wiki.dev.example.com', '/'));
    const { next } = (await (await post(endpoint('wiki.dev.example.com', 'sign-out'))).json()) as {
      next: string;
    };
    const victim = new Browser(world.desk);
    provider.next = 'alice';
    await victim.open(start());
    expect((await victim.open(next)).state).toBe('still signed in');
    expect((await victim.send(endpoint(APEX, 'me'))).status).toBe(200);
    const word = new URL(next);
    world.now += 60;
    expect((await browser.open(word.href)).state).toBe('still signed in');
  });

  test('of a person at an app, after another one has signed in, says who is still signed in', async () => {
    await browser.open(start('wiki.dev.example.com', '/'));
    for (const host of [APEX, '127.0.0.1']) browser.cookies(host).clear();
    provider.next = 'bob';
    await browser.open(start());
    const { next } = (await (await post(endpoint('wiki.dev.example.com', 'sign-out'))).json()) as {
      next: string;
    };
    const page = await browser.open(next);
    expect([page.status, page.state]).toEqual([400, 'still signed in']);
    expect(page.body).toContain('You are signed in as bob@example.com.');
    expect((await browser.send(endpoint('wiki.dev.example.com', 'me'))).status).toBe(401);
  });
});

describe('two people in one browser', () => {
  test('are neither of them: the sign-in begins anew', async () => {
    await browser.open(start('wiki.dev.example.com', '/'));
    const other = new Browser(world.desk);
    provider.next = 'bob';
    await other.open(start('wiki.dev.example.com', '/'));
    const sessionOf = (one: Browser) => one.cookies('wiki.dev.example.com').get(SESSION_COOKIE)?.value;
    const meWith = async (...values: (string | undefined)[]) => {
      const headers = { cookie: values.map((value) => `${SESSION_COOKIE}=${value}`).join('; ') };
      return (await new Browser(world.desk).send(endpoint('wiki.dev.example.com', 'me'), { headers })).status;
    };
    expect(await meWith(sessionOf(browser), sessionOf(other))).toBe(401);
    expect(await meWith('1.forged', '', sessionOf(browser), '"')).toBe(200);
    expect(await meWith('1', '2', '3', '4', sessionOf(browser))).toBe(401);
  });
});

describe('partitioned cookies of the last claimant', () => {
  const WIKI = 'wiki.dev.example.com';
  const plant = (name: string, value: string) =>
    browser.cookies(WIKI).set(`${name} Partitioned`, { value, path: '/' });

  test('do not lock people out: the number of arrivals is removed with the page about cookies', async () => {
    plant('__Host-proxy-arrivals', '9');
    expect((await browser.open(start(WIKI, '/'))).state).toBe('no cookies');
    expect((await browser.open(start(WIKI, '/'))).state).toBe('app');
  });

  test('are no second person: a session that has ended is removed, and the renewal works', async () => {
    provider.next = 'bob';
    const other = new Browser(world.desk);
    await other.open(start(WIKI, '/'));
    plant(SESSION_COOKIE, other.cookies(WIKI).get(SESSION_COOKIE)?.value ?? '');
    provider.next = 'alice';
    world.now += 3_600;
    expect((await browser.open(start(WIKI, '/'))).state).toBe('app');
    world.now += 3_600;
    expect(statesOf(await browser.open(start(WIKI, '/')))).toEqual([
      'sign in',
      'to the app',
      'signed in',
      'app',
    ]);
    expect((await post(endpoint(WIKI, 'renew'))).status).toBe(200);
  });

  test('are no second person either while they are valid', async () => {
    provider.next = 'bob';
    const other = new Browser(world.desk);
    await other.open(start(WIKI, '/'));
    provider.next = 'alice';
    await browser.open(start(WIKI, '/'));
    plant(SESSION_COOKIE, other.cookies(WIKI).get(SESSION_COOKIE)?.value ?? '');
    expect((await browser.open(start(WIKI, '/'))).state).toBe('app');
    const { user } = (await (await browser.send(endpoint(WIKI, 'me'))).json()) as { user: string };
    expect(user).toBe('alice@example.com');
  });
});

describe('a provider that tells claims at its UserInfo endpoint only', () => {
  const thin = new RealProvider();
  beforeAll(() => thin.start(`https://${APEX}/_proxy/api/callback`, { isThin: true }));
  afterAll(() => thin.stop());
  beforeEach(() => {
    world = createWorld(thin.issuer);
    browser = new Browser(world.desk);
  });

  test('signs a person in, whose groups count', async () => {
    thin.next = 'alice';
    expect((await browser.open(start())).state).toBe('app');
    const who = await browser.send(endpoint(APEX, 'me'));
    expect(await who.json()).toMatchObject({ user: 'alice@example.com', groups: ['devs'] });
  });

  test('admits no person without the group, and none whose address is not confirmed', async () => {
    thin.next = 'bob';
    expect((await browser.open(start())).state).toBe('not admitted');
    thin.next = 'mallory';
    browser = new Browser(world.desk);
    expect((await browser.open(start())).state).toBe('no name');
  });
});
