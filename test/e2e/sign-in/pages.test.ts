import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChromiumVisits,
  REFUSED,
  startChromiumVisits,
} from '../../support/stands/sign-in/chromium-visits.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { lowContrasts } from '../../support/tools/contrast.ts';

describe.skipIf(noBrowser)('each page of sign-in', () => {
  let chromium: ChromiumVisits;
  beforeAll(async () => {
    chromium = await startChromiumVisits();
  }, 60_000);
  afterAll(() => chromium?.dispose());

  const at = (app: string, path?: string) => chromium.cloud.at(app, path);

  /** Sends a form to the app from another page. */
  async function sendForm(page: Page, from = 'about:blank'): Promise<void> {
    await page.goto(from);
    await page.setContent(
      `<form method="post" action="${at('vault', '/upload')}"><button>Go</button></form>`,
    );
    await page.getByRole('button').click();
    await page.waitForURL(at('vault', '/upload'));
  }

  /** Opens the page that leads to an app, and keeps the browser from going on. */
  async function stayThere(page: Page): Promise<void> {
    await page.route(/\/api\/(?:arrive|start)\?/, (route) => route.abort('aborted'));
    const left = page.waitForEvent('requestfailed', (request) => request.url().includes('/start?'));
    const browser = 'b'.repeat(22);
    await page.goto(at('', `/_proxy/api/sign-in?host=hello.dev.localhost&browser=${browser}`));
    await left;
    await page.unrouteAll();
  }

  /** The pages in the order in which a person meets them, each with words that it must show. */
  const WALK: readonly (readonly [string, (page: Page) => Promise<unknown>, RegExp])[] = [
    ['a form without a session', sendForm, /Nothing was sent/],
    ['the people of the provider', (page) => page.goto(at('vault')), /alice@example\.com.*group devs/s],
    ['cancel', (page) => chromium.choose(page, 'Cancel'), /The sign-in was cancelled/],
    [
      'no access',
      async (page) => {
        await page.goto(at('vault'));
        await chromium.choose(page, 'bob');
      },
      /You are signed in as bob@example\.com\. vault\.dev\.localhost is for the group devs/,
    ],
    ['the page that leads to the app', stayThere, /You are signed in/],
    ['an unknown name', (page) => chromium.open(page, at('unknown')), /No app uses this name/],
    [
      'the portal',
      (page) => page.goto(at('', '/_proxy/')).then(() => page.locator('main').waitFor()),
      /Apps/,
    ],
    [
      'a wrong link',
      (page) => page.goto(at('vault', '/_proxy/api/arrive?ticket=x')),
      /incomplete or not ours/,
    ],
    ['no endpoint', (page) => page.goto(at('vault', '/_proxy/api/x')), /has no such path/],
    [
      'another account',
      async (page) => {
        await page.goto(at('vault'));
        await page.getByRole('link', { name: 'Use another account' }).click();
        await chromium.choose(page, 'alice');
        await page.waitForURL(at('vault'));
      },
      /Welcome, alice@example\.com/,
    ],
    ['a form of a sibling', (page) => sendForm(page, at('open')), /Another site/i],
    [
      'signed out',
      async (page) => {
        await page.goto(at('vault'));
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByText('You are signed out').waitFor();
      },
      /You are signed out here/,
    ],
  ];

  test.each([
    ['light', 360],
    ['dark', 360],
    ['light', 1280],
  ] as const)(
    'has language, title, heading, contrast and a visible focus, in %s at %i pixels',
    async (colorScheme, width) => {
      const foreign: string[] = [];
      const look = async (page: Page) => {
        page.on('request', (request) => {
          const { protocol, hostname } = new URL(request.url());
          if (protocol !== 'data:' && !/(?:^|\.)localhost$|^127\.0\.0\.1$/.test(hostname))
            foreign.push(request.url());
        });
        for (const [name, go, words] of WALK) {
          await go(page);
          // The words may be there before the stylesheet is.
          await page.waitForLoadState();
          const facts = await page.evaluate(`({
            lang: document.documentElement.lang,
            title: document.title !== '',
            headings: document.querySelectorAll('h1').length,
            isWide: document.documentElement.scrollWidth > innerWidth,
            mains: document.querySelectorAll('main').length,
            text: document.body.innerText,
          })`);
          expect(facts, name).toMatchObject({
            ...{ lang: 'en', title: true, headings: 1, mains: 1, isWide: false },
            text: expect.stringMatching(words),
          });
          expect(await lowContrasts(page), name).toEqual([]);
          if ((await page.locator('a, button').count()) > 0) await checkFocus(page, name);
        }
      };
      await chromium.visit(look, {
        ...{ colorScheme, viewport: { width, height: 740 } },
        provokes: REFUSED,
      });
      expect(foreign).toEqual([]);
    },
  );
});

async function checkFocus(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(`(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const after = getComputedStyle(document.activeElement, '::after');
    return [outlineStyle, outlineWidth, after.outlineStyle].join(' ');
  })()`);
  expect(outline, name).toMatch(/^(?:solid 3px|none \S+ solid)/);
}
