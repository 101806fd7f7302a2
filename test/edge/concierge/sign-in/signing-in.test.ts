import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../../../core/wire/session.ts';
import { Browser } from '../support/browser.ts';
import { RealProvider } from '../support/oidc-provider.ts';
import { ARRIVING, endpoint, me, post, start, statesOf, useProvider } from '../support/sign-in-visits.ts';
import { APEX, createWorld, SHOP, type World } from '../support/stand.ts';

const provider = useProvider();
let world: World;
let browser: Browser;
beforeEach(() => {
  world = createWorld(provider.issuer);
  browser = new Browser(world.desk);
});

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
    expect(await me(browser)).toBe(200);
    expect(await me(browser, 'wiki.dev.example.com')).toBe(401);
    const stolen = browser.cookies(SHOP).get(SESSION_COOKIE)?.value ?? '';
    browser.cookies('wiki.dev.example.com').set(SESSION_COOKIE, { value: stolen, path: '/' });
    expect(await me(browser, 'wiki.dev.example.com')).toBe(401);
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
    expect(await me(browser)).toBe(401);
    expect((await post(browser, endpoint(SHOP, 'renew'))).status).toBe(401);
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
