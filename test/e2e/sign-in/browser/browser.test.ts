import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChromiumVisits,
  REFUSED,
  startChromiumVisits,
} from '../../../support/stands/sign-in/chromium-visits.ts';
import type { SignInCloud } from '../../../support/stands/sign-in/sign-in-cloud.ts';
import { noBrowser } from '../../../support/tools/browser.ts';

describe.skipIf(noBrowser)('sign-in in Chromium', () => {
  let chromium: ChromiumVisits;
  let cloud: SignInCloud;
  beforeAll(async () => {
    chromium = await startChromiumVisits();
    cloud = chromium.cloud;
  }, 60_000);
  afterAll(() => chromium?.dispose());

  const visit: ChromiumVisits['visit'] = (look, options) => chromium.visit(look, options);
  const choose = (page: Page, person: string) => chromium.choose(page, person);
  const signIn = (page: Page, address: string) => chromium.signIn(page, address);

  /** The value of an expression on a page of `hello`, a sibling of `vault`, in a browser with sessions at both. */
  async function fromSibling(expression: string): Promise<unknown> {
    let value: unknown;
    await visit(
      async (page) => {
        await signIn(page, cloud.at('vault'));
        await chromium.open(page, cloud.at('hello'));
        value = await page.evaluate(expression);
      },
      { provokes: REFUSED },
    );
    return value;
  }

  test.each([true, false])('a person signs in and out with JavaScript: %s', async (javaScriptEnabled) => {
    await visit(
      async (page) => {
        await signIn(page, cloud.at('vault', '/a?b=c'));
        expect(await page.textContent('h1')).toBe('Welcome, alice@example.com');
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByText('You are signed out').waitFor();
        await page.goto(cloud.at('vault'));
        await page.getByRole('link', { name: 'Sign in again' }).click();
        await choose(page, 'bob');
        await page.getByText('is for the group devs').waitFor();
      },
      { javaScriptEnabled, provokes: REFUSED },
    );
  });

  test('the session is a cookie of one hostname that scripts cannot read', async () => {
    await visit(async (page, context) => {
      await signIn(page, cloud.at('vault'));
      const all = await context.cookies([cloud.at('vault'), cloud.at('hello'), cloud.at('')]);
      const sessions = all.filter(({ name }) => name === '__Host-proxy-session');
      expect(sessions).toMatchObject([
        { domain: 'vault.dev.localhost', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
      ]);
      expect(await page.evaluate('document.cookie')).not.toContain('session');
    });
  });

  test('three tabs sign in at the same time, and each returns to its own page', async () => {
    const threeTabs = async (first: Page, context: BrowserContext) => {
      const tabs = [first, await context.newPage(), await context.newPage()];
      const addresses = tabs.map((_, i) => cloud.at('vault', `/tab/${i}`));
      for (const [i, tab] of tabs.entries()) await tab.goto(addresses[i] ?? '');
      for (const tab of tabs) await choose(tab, 'alice');
      for (const [i, tab] of tabs.entries()) await tab.waitForURL(addresses[i] ?? '');
    };
    // Only the first picture is needed.
    await visit(threeTabs, { provokes: REFUSED });
  });

  test('the back button after a sign-in leads to no loop', async () => {
    await visit(
      async (page) => {
        await page.goto('about:blank');
        await signIn(page, cloud.at('vault'));
        await page.goBack();
        await page.goto(cloud.at('vault'));
        expect(await page.textContent('h1')).toBe('Welcome, alice@example.com');
      },
      { provokes: REFUSED },
    );
  });

  test('a page of a sibling sends no POST with the session', async () => {
    const vault = JSON.stringify(cloud.at('vault', '/upload'));
    await fromSibling(
      `fetch(${vault}, { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' }).then(() => 0)`,
    );
    expect(chromium.statusOf('vault', '/upload', 'POST')).toBe(403);
  });

  test('a form of a sibling does not reach the app', async () => {
    await visit(
      async (page) => {
        await signIn(page, cloud.at('vault'));
        await chromium.open(page, cloud.at('hello'));
        await page.evaluate(`
          document.body.innerHTML = '<form method="post" action="${cloud.at('vault', '/upload')}"></form>';
          document.forms[0].submit();`);
        await page.waitForURL(cloud.at('vault', '/upload'));
        expect(await page.textContent('body')).not.toContain('sha256');
      },
      { provokes: REFUSED },
    );
  });

  test('a sibling can neither show the app in a frame nor load its images', async () => {
    const done = await fromSibling(`new Promise((resolve) => {
      const done = [];
      const note = (what) => done.push(what) === 2 && resolve(done.sort());
      const image = new Image();
      image.onload = () => note('image shown');
      image.onerror = () => note('image refused');
      const frame = document.createElement('iframe');
      frame.onload = () => note('frame loaded');
      image.src = frame.src = ${JSON.stringify(cloud.at('vault', '/upload'))};
      document.body.append(frame);
    })`);
    // Chromium also reports a refused frame as loaded.
    expect(done).toEqual(['frame loaded', 'image refused']);
    expect(chromium.statusOf('vault', '/upload')).toBe(403);
  });

  test('a sibling opens no WebSocket with the session, and the app itself does', async () => {
    const connect = (page: Page) =>
      page.evaluate(`new Promise((resolve) => {
        const socket = new WebSocket(${JSON.stringify(cloud.at('chat').replace('http', 'ws'))});
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      })`);
    cloud.launch({ host: 'chat' }, 'ami-chat');
    await cloud.settled();
    await cloud.pass(1);
    await visit(
      async (page) => {
        await signIn(page, cloud.at('chat'));
        expect(await connect(page)).toBe('open');
        await chromium.open(page, cloud.at('hello'));
        expect(await connect(page)).toBe('refused');
      },
      { provokes: REFUSED },
    );
  });

  test('a single-page app whose session has gone gets 401, and signs in again with a reload', async () => {
    await visit(
      async (page, context) => {
        await signIn(page, cloud.at('vault'));
        await context.clearCookies({ name: '__Host-proxy-session' });
        const answer = await page.evaluate(
          `fetch('/whoami').then(({ status, headers }) => [status, headers.get('x-proxy-state'), headers.get('content-type')])`,
        );
        expect(answer).toEqual([401, 'not signed in', 'application/problem+json']);
        await page.reload();
        expect(await page.textContent('h1')).toBe('Welcome, alice@example.com');
      },
      { provokes: REFUSED },
    );
  });
});
