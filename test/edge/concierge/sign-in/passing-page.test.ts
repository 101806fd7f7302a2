import { beforeEach, describe, expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../../../core/wire/session.ts';
import { PICTURE, readPassingPage } from '../../../support/stands/sign-in/passing-page.ts';
import { Browser, type Page } from '../support/browser.ts';
import { ARRIVING, againOf, endpoint, start, statesOf, useProvider } from '../support/sign-in-visits.ts';
import { APEX, createWorld, SHOP, type World } from '../support/stand.ts';

const provider = useProvider();
let world: World;
let browser: Browser;
beforeEach(() => {
  world = createWorld(provider.issuer);
  browser = new Browser(world.desk);
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
