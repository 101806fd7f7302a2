import { readFileSync } from 'node:fs';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChromiumVisits,
  REFUSED,
  startChromiumVisits,
} from '../../../support/stands/sign-in/chromium-visits.ts';
import { noBrowser } from '../../../support/tools/browser.ts';
import { until } from '../../../support/until.ts';

/** An EventSource of a sibling is a request of CORS. */
const EXPECTED = new RegExp(`${REFUSED.source}|blocked by CORS policy`);

/** The code that an app copies. */
const [, RENEWING = ''] =
  /```js\n(async function fetchRenewing.*?)```/s.exec(readFileSync('docs/use/people.md', 'utf8')) ?? [];

describe.skipIf(noBrowser)('sign-in in Chromium,', () => {
  let chromium: ChromiumVisits;
  beforeAll(async () => {
    chromium = await startChromiumVisits();
    chromium.cloud.launch({ host: 'clock' }, 'ami-clock');
    await chromium.cloud.settled();
    await chromium.cloud.pass(1);
  }, 60_000);
  afterAll(() => chromium?.dispose());

  const at = (app: string, path?: string) => chromium.cloud.at(app, path);
  const visit = (look: Parameters<ChromiumVisits['visit']>[0]) =>
    chromium.visit(look, { provokes: EXPECTED });

  test('a browser that keeps no cookies gets a page that says so, and no loop', async () => {
    await visit(async (page, context) => {
      await dropCookies(context, await context.newCDPSession(page));
      await page.goto(at('vault'));
      for (let n = 0; n < 4 && page.url().includes('/interaction/'); n++) {
        await chromium.choose(page, 'alice');
        await page.waitForLoadState();
      }
      expect(await page.textContent('main')).toContain('Your browser does not keep the cookies');
    });
  });

  test('a page fetched early is the app’s for its own page, and for no sibling or stranger', async () => {
    await visit(async (page) => {
      const prefetch = async (address: string) => {
        await page.evaluate(`(() => {
          const link = document.createElement('link');
          Object.assign(link, { rel: 'prefetch', href: ${JSON.stringify(address)} });
          document.head.append(link);
        })()`);
        const { pathname } = new URL(address);
        return until('the prefetch', () => chromium.statusOf('vault', pathname));
      };
      await page.goto(at('open'));
      expect(await prefetch(at('vault', '/stranger'))).toBe(401);
      await chromium.signIn(page, at('vault'));
      expect(await prefetch(at('vault', '/own'))).toBe(200);
      await page.goto(at('open'));
      expect(await prefetch(at('vault', '/sibling'))).toBe(403);
    });
  });

  test.each(['prefetch', 'prerender'])(
    'a rule for early pages (%s) signs no person in before the person opens the page',
    async (rule) => {
      await visit(async (page, context) => {
        await page.goto(at('open'));
        await page.evaluate(`(() => {
        const rules = document.createElement('script');
        rules.type = 'speculationrules';
        rules.textContent = JSON.stringify({ ${rule}: [{ urls: [${JSON.stringify(at('vault', `/${rule}`))}] }] });
        document.head.append(rules);
      })()`);
        expect(await until('the request', () => chromium.statusOf('vault', `/${rule}`))).toBe(401);
        expect(await context.cookies([at('vault'), at('')])).toEqual([]);
      });
    },
  );

  test('an EventSource works for the own page, and for no sibling, and ends with the session', async () => {
    const listen = (page: Page) =>
      page.evaluate(`new Promise((resolve) => {
        const source = new EventSource(${JSON.stringify(at('clock'))});
        source.onmessage = () => resolve('message') ?? source.close();
        source.onerror = () => resolve('refused, ' + (source.readyState === 2 ? 'for good' : 'trying again')) ?? source.close();
      })`);
    await visit(async (page) => {
      await chromium.signIn(page, at('clock'));
      expect(await listen(page)).toBe('message');
      await page.goto(at('open'));
      expect(await listen(page)).toMatch(/^refused/);
      await page.goto(at('clock'));
      await chromium.cloud.pass(61);
      expect(await listen(page)).toBe('refused, for good');
    });
  });

  test('a single-page app whose session has ended renews it with the documented code', async () => {
    expect(RENEWING).toContain('renew');
    await visit(async (page) => {
      await chromium.signIn(page, at('vault'));
      await chromium.cloud.pass(61);
      const call = `fetch('/whoami').then(({ status, headers }) => [status, headers.get('x-proxy-state')])`;
      expect(await page.evaluate(call)).toEqual([401, 'not signed in']);
      await page.evaluate(`window.fetchRenewing = ${RENEWING}`);
      expect(await page.evaluate(`fetchRenewing('/whoami').then(({ status }) => status)`)).toBe(200);
      expect(await page.evaluate(call)).toEqual([200, null]);
    });
  });

  test('a form of a page whose session has ended is not lost in silence', async () => {
    await visit(async (page) => {
      await chromium.signIn(page, at('vault'));
      await chromium.cloud.pass(61);
      await page.evaluate(`(() => {
        document.body.innerHTML = '<form method="post" action="/upload"></form>';
        document.forms[0].submit();
      })()`);
      await page.getByText('Nothing was sent').waitFor();
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.waitForURL(at('vault', '/upload'));
    });
  });

  test('the back button after signing out shows no page of the app', async () => {
    await visit(async (page) => {
      await chromium.signIn(page, at('vault'));
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You are signed out').waitFor();
      await page.goBack({ waitUntil: 'load' });
      expect(await page.textContent('body')).not.toContain('Welcome');
    });
  });

  test('the portal names the person, signs them out, and signs in again by itself after an hour', async () => {
    await visit(async (page) => {
      await chromium.signIn(page, at('', '/_proxy/'));
      await page.getByText('Signed in as alice@example.com').waitFor();
      expect(await page.getByText('open to everyone').filter({ visible: true }).count()).toBe(1);
      const reloaded = page.waitForEvent('load');
      await chromium.cloud.pass(61);
      await reloaded;
      await page.getByText('Signed in as alice@example.com').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in again' }).waitFor();
    });
  });
});

/** Removes all cookies of our hostnames before each request, also of a redirect, as if the browser had kept none. */
async function dropCookies(context: BrowserContext, session: CDPSession): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId }) => {
    void context
      .clearCookies({ domain: /localhost$/ })
      .then(() => session.send('Fetch.continueRequest', { requestId }));
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
}
