import { beforeEach, describe, expect, test } from 'vitest';
import { Browser } from '../support/browser.ts';
import { ARRIVING, endpoint, me, post, start, statesOf, useProvider } from '../support/sign-in-visits.ts';
import { APEX, createWorld, ring, SHOP, type World } from '../support/stand.ts';

const provider = useProvider();
let world: World;
let browser: Browser;
beforeEach(() => {
  world = createWorld(provider.issuer);
  browser = new Browser(world.desk);
});

describe('a session', () => {
  test('ends after an hour, and can be renewed for eight hours after the sign-in', async () => {
    await browser.open(start());
    world.now += 3_600;
    expect(await me(browser)).toBe(401);
    const renewed = await post(browser, endpoint(SHOP, 'renew'));
    expect(await renewed.json()).toMatchObject({ user: 'alice@example.com', until: world.now + 3_600 });
    expect(await me(browser)).toBe(200);
    world.now += 6.5 * 3_600;
    expect(await (await post(browser, endpoint(SHOP, 'renew'))).json()).toMatchObject({
      until: world.now + 1_800,
    });
    world.now += 1_800;
    expect((await post(browser, endpoint(SHOP, 'renew'))).status).toBe(401);
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
    expect(await me(browser)).toBe(200);
  });
});

describe('a rotation of the keys', () => {
  test('ends no session and no sign-in under way', async () => {
    await browser.open(start());
    const url = await browser.openUntil('/arrive?', start('wiki.dev.example.com', '/'));
    world.keys = { edge: ring('edge 2', 'edge'), apex: ring('apex 2', 'apex') };
    expect(await me(browser)).toBe(200);
    expect((await browser.open(url)).state).toBe('signed in');
    expect(await me(browser, 'wiki.dev.example.com')).toBe(200);
  });

  test('lets a sign-in at the provider end under the key with which it began', async () => {
    const url = await browser.openUntil('/callback?', start());
    world.keys = { edge: ring('edge 2', 'edge'), apex: ring('apex 2', 'apex') };
    expect(statesOf(await browser.open(url))).toEqual(ARRIVING);
  });

  test('twice makes everybody sign in again', async () => {
    await browser.open(start());
    world.keys = { edge: ring('edge 3', 'edge 2'), apex: ring('apex 3', 'apex 2') };
    expect(await me(browser)).toBe(401);
  });
});

describe('an order to sign out', () => {
  test('of one person ends the session at renewal, and the sign-in', async () => {
    await browser.open(start());
    world.now += 10;
    world.signedOut.set('alice@example.com', world.now);
    world.now += 10;
    expect((await post(browser, endpoint(SHOP, 'renew'))).status).toBe(401);
    expect(statesOf(await browser.open(start()))).toContain('to the provider');
    expect(await me(browser)).toBe(200);
  });

  test('of everybody is an epoch: sessions of the last one count no longer', async () => {
    await browser.open(start());
    world.epoch += 1;
    expect(await me(browser)).toBe(401);
    await browser.open(start());
    expect(await me(browser)).toBe(200);
  });
});

describe('signing out', () => {
  test('by a form of the app ends the session and the sign-in, and the next sign-in asks first', async () => {
    await browser.open(start());
    const response = await post(browser, endpoint(SHOP, 'sign-out'), { accept: 'text/html' });
    const page = await browser.open(response.headers.get('location') ?? '');
    expect([page.status, page.state]).toEqual([200, 'signed out']);
    expect(await me(browser)).toBe(401);
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
    const { next } = (await (await post(browser, endpoint(SHOP, 'sign-out'))).json()) as { next: string };
    expect((await browser.open(next)).state).toBe('signed out');
    expect((await browser.send(endpoint(APEX, 'me'))).status).toBe(401);
  });

  test('on the base domain ends the sign-in', async () => {
    await browser.open(start());
    expect((await post(browser, endpoint(APEX, 'sign-out'))).headers.get('x-proxy-state')).toBe('signed out');
    expect((await browser.send(endpoint(APEX, 'me'))).status).toBe(401);
  });

  test('cannot be ordered by a link: a word is for one person, and for a minute', async () => {
    provider.next = 'bob';
    await browser.open(start('wiki.dev.example.com', '/'));
    const { next } = (await (await post(browser, endpoint('wiki.dev.example.com', 'sign-out'))).json()) as {
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
    const { next } = (await (await post(browser, endpoint('wiki.dev.example.com', 'sign-out'))).json()) as {
      next: string;
    };
    const page = await browser.open(next);
    expect([page.status, page.state]).toEqual([400, 'still signed in']);
    expect(page.body).toContain('You are signed in as bob@example.com.');
    expect((await browser.send(endpoint('wiki.dev.example.com', 'me'))).status).toBe(401);
  });
});
