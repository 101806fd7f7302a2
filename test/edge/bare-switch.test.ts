import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { serveOnLoopback } from '../support/aws/loopback.ts';
import { launchBrowser, noBrowser, withPage } from '../support/tools/browser.ts';
import { type BareStand, openBareStand } from './support/bare-stand.ts';

/** Stores something in every kind of storage that a browser offers to a page. */
const STORE = `(async () => {
  document.cookie = 'script=1; Path=/; Max-Age=86400';
  localStorage.setItem('secret', '1');
  sessionStorage.setItem('secret', '1');
  await (await caches.open('secret')).put('/secret', new Response('1'));
  await new Promise((resolve, reject) => {
    const asked = indexedDB.open('secret');
    asked.onerror = reject;
    asked.onsuccess = () => resolve(asked.result.close());
  });
  return (await fetch('/logo')).text();
})()`;

/** All stored data that a page can read. */
const READ = `(async () => ({
  cookies: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  caches: await caches.keys(),
  databases: (await indexedDB.databases()).map(({ name }) => name),
  logo: await (await fetch('/logo')).text(),
}))()`;

const NOTHING = { cookies: '', local: [], session: [], caches: [], databases: [] };
const ALL_OF_A = {
  cookies: 'script=1',
  local: ['secret'],
  session: ['secret'],
  caches: ['secret'],
  databases: ['secret'],
  logo: 'logo of a',
};

describe.skipIf(noBrowser)('a browser on the one bare domain', () => {
  let browser: Browser;
  let stand: BareStand;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 30_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    stand = await openBareStand();
  });
  afterEach(() => stand.dispose());

  /** A visit that begins in app A, which has used every kind of storage. */
  function fromA(visit: (page: Page) => Promise<void>, provokes?: RegExp): Promise<void> {
    return withPage(browser, { ...(provokes && { provokes }) }, async (page) => {
      await page.goto(`${stand.url}/@a/`);
      expect(await page.evaluate(STORE)).toBe('logo of a');
      expect(await page.evaluate(READ)).toEqual(ALL_OF_A);
      stand.answers.length = 0;
      await visit(page);
    });
  }

  /** Opens app B, and checks that neither its page nor its server gets data of A. */
  async function expectFreshB(page: Page): Promise<void> {
    expect(await page.title()).toBe('b');
    expect(await page.evaluate(READ)).toEqual({ ...NOTHING, logo: 'logo of b' });
    expect(stand.cookies.join('\n')).not.toMatch(/^b: .*(?:of-a|script)/m);
  }

  test('cannot read the data of one app in the next app, two redirects later', () =>
    fromA(async (page) => {
      await page.goto(`${stand.url}/@b/x?y=%20`);
      expect(page.url()).toBe(`${stand.url}/x?y=%20`);
      expect(stand.answers).toEqual(['302 /@b/x?y=%20', '302 /@b/x?y=%20', '200 /x?y=%20']);
      await expectFreshB(page);
    }));

  test('hides the cookie that chose an app from every app', () =>
    fromA(async (page) => {
      await page.goto(`${stand.url}/@b/`);
      await page.reload();
      expect(stand.cookies).toContain('a: of-a=1; script=1');
      expect(stand.cookies).toContain('b: of-b=1');
      expect(stand.cookies.join()).not.toContain('proxy-app');
    }));

  test('does not loop if it ignores Clear-Site-Data', () =>
    fromA(async (page) => {
      stand.ignoreClearing = true;
      await page.goto(`${stand.url}/@b/`);
      expect(await page.title()).toBe('b');
      expect(stand.answers).toEqual(['302 /@b/', '302 /@b/', '200 /']);
    }));

  test('keeps everything of an app that it chooses again', () =>
    fromA(async (page) => {
      await page.goto(`${stand.url}/@a/x`);
      expect(stand.answers).toEqual(['302 /@a/x', '200 /x']);
      expect(await page.evaluate(READ)).toEqual(ALL_OF_A);
    }));

  test('asks for confirmation before a link or a redirect of another site opens an app', () =>
    fromA(async (page) => {
      const target = `${stand.url}/@b/`;
      for (const href of ['/away', target]) {
        await page.goto(await openElsewhere(href, target));
        await page.click('a');
        await page.waitForURL(target);
        const answers = stand.answers.splice(0).filter((answer) => !answer.includes('/_proxy/errors/'));
        expect(answers).toEqual(['409 /@b/']);
        expect(await page.evaluate('localStorage.getItem("secret")')).toBe('1');
      }
      await page.click('a');
      await page.waitForURL(`${stand.url}/`);
      await expectFreshB(page);
    }, /409 \(Conflict\)/));

  test('asks for confirmation before a link of the app itself opens another app', () =>
    fromA(async (page) => {
      await follow(page, '/@b/x?y=%20');
      expect(await page.title()).toContain('open?');
      expect(await page.evaluate('localStorage.getItem("secret")')).toBe('1');
      await page.click('a');
      await page.waitForURL(`${stand.url}/x?y=%20`);
      await expectFreshB(page);
    }, /409 \(Conflict\)/));

  test('keeps everything of an app whose link leads to an unknown name', () =>
    fromA(async (page) => {
      await follow(page, '/@alice');
      expect(await page.title()).toContain('unknown');
      await page.goto(`${stand.url}/`);
      expect(await page.title()).toBe('a');
      expect(await page.evaluate(READ)).toEqual(ALL_OF_A);
    }, /404 \(Not Found\)/));

  test('gets an app’s own modules and frames below /@', () =>
    fromA(async (page) => {
      expect(await page.evaluate(`(async () => (await fetch('/@vite/client')).status)()`)).toBe(200);
      const frame = `new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = () => resolve(frame.contentDocument.title);
        frame.src = '/@b/';
        document.body.append(frame);
      })`;
      expect(await page.evaluate(frame)).toBe('a');
      expect(await page.evaluate(READ)).toEqual(ALL_OF_A);
    }));

  test('chooses an app by a link of the portal, no matter which app was open', () =>
    fromA(async (page) => {
      await page.goto(`${stand.url}/_proxy/`);
      await follow(page, '/@b/');
      await page.waitForURL(`${stand.url}/`);
      await expectFreshB(page);
    }));

  test('keeps everything of an app when a link of another site leads to the portal', () =>
    fromA(async (page) => {
      await page.goto(await openElsewhere(`${stand.url}/@`));
      await page.click('a');
      await page.waitForURL(`${stand.url}/_proxy/`);
      expect(await page.evaluate(READ)).toEqual(ALL_OF_A);
    }));

  test('returns to the portal by /@, and cannot read the data of the last app in the next app', () =>
    fromA(async (page) => {
      await page.goto(`${stand.url}/@`);
      expect(page.url()).toBe(`${stand.url}/_proxy/`);
      expect(await page.title()).toBe('portal');
      await page.goto(`${stand.url}/@b/`);
      await expectFreshB(page);
    }));

  test('cannot read the data of one app in the next app after a restart', () =>
    fromA(async (page) => {
      await startAnew(page.context());
      await page.goto(`${stand.url}/@b/`);
      await expectFreshB(page);
    }));
});

/** A click on a link of the page that is open. */
async function follow(page: Page, href: string): Promise<void> {
  await page.evaluate(`document.body.innerHTML = '<a href="${href}">there</a>'`);
  await Promise.all([page.waitForNavigation(), page.click('a')]);
}

/** Another site with a link, until the test is over; its own `/away` redirects to `target`. */
async function openElsewhere(href: string, target = ''): Promise<string> {
  const server = await serveOnLoopback((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: target }).end();
    else response.setHeader('content-type', 'text/html').end(`<a href="${href}">B</a>`);
  });
  onTestFinished(() => server.close());
  return `http://elsewhere.example:${server.port}/`;
}

/** Restarts a browser: cookies without a lifetime are gone, everything else stays. */
async function startAnew(context: BrowserContext): Promise<void> {
  const cookies = await context.cookies();
  await context.clearCookies();
  await context.addCookies(cookies.filter(({ expires }) => expires > 0));
}
