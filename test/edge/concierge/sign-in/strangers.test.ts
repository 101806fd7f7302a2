import { beforeEach, describe, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../../../core/wire/session.ts';
import { PICTURE } from '../../../support/stands/sign-in/passing-page.ts';
import { Browser } from '../support/browser.ts';
import { endpoint, pictureIn, post, start, statesOf, useProvider } from '../support/sign-in-visits.ts';
import { APEX, createWorld, SHOP, type World } from '../support/stand.ts';

const provider = useProvider();
let world: World;
let browser: Browser;
beforeEach(() => {
  world = createWorld(provider.issuer);
  browser = new Browser(world.desk);
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
    expect(await meWith('1', '2', '3', sessionOf(browser))).toBe(401);
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
    expect((await post(browser, endpoint(WIKI, 'renew'))).status).toBe(200);
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
