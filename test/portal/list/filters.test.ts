import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findAxeFaults } from '../../support/pages/axe.ts';
import { openForEachTest, useBrowser } from '../../support/pages/each-test.ts';
import { noBrowser, type VisitOptions } from '../../support/tools/browser.ts';
import { PortalSite, route, routesFile } from '../site.ts';
import { madeList, NOW } from './made-list.ts';

const DOMAIN = 'dev.example.com';

describe.skipIf(noBrowser)('the list of apps', () => {
  const openPage = useBrowser();
  const site = openForEachTest(() => PortalSite.open(madeList(30)));

  function visit(look: (page: Page) => Promise<void>, reference = '', options: VisitOptions = {}) {
    return openPage(options, async (page) => {
      await page.clock.install({ time: NOW });
      await page.clock.pauseAt(NOW + 1_000);
      await page.goto(site().url(DOMAIN) + reference);
      await page.locator('main').waitFor();
      await page.clock.runFor(1_000);
      await look(page);
    });
  }

  const names = (page: Page) => page.locator('.app .name b').allTextContents();
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent.trim()');

  test('is filtered by its address, and a change of a filter changes the address', async () => {
    await visit(async (page) => {
      expect(await names(page)).toEqual(['api-1', 'api-2']);
      expect(await page.getByText('2 of 30 apps.').isVisible()).toBe(true);
      await page
        .getByRole('link', { name: /^22? asleep|asleep$/ })
        .first()
        .click();
      expect(new URL(page.url()).search).toBe('?q=api-&state=asleep');
      await page.goBack();
      expect(new URL(page.url()).search).toBe('?q=api-&state=live');
      await page.getByRole('link', { name: 'Show all' }).click();
      expect(new URL(page.url()).search).toBe('');
      expect(await page.locator('.app').count()).toBe(30);
      // The link is gone. The next stop of the keyboard is that of the list, not that of the page.
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('filter');
    }, '?q=api-&state=live');
  });

  test('gets one entry in the history for a visit of the search', async () => {
    await visit(async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('wiki');
      expect(await names(page)).toEqual(['wiki', 'wiki-1', 'wiki-2']);
      await page.goBack();
      expect(await page.locator('.app').count()).toBe(30);
      expect(await page.getByRole('searchbox').inputValue()).toBe('');
      await page.goForward();
      expect(await page.getByRole('searchbox').inputValue()).toBe('wiki');
    });
  });

  test('finds a misspelt tag within one search, by its name, its value and its instance', async () => {
    await visit(async (page) => {
      for (const wanted of ['prot', 'proxy:prot 3000', 'i-00000000a1e7a7143']) {
        await page.getByRole('searchbox').fill(wanted);
        const problem = page.getByRole('region', { name: 'Problems' }).getByRole('listitem');
        expect(await problem.count()).toBe(1);
        expect(await problem.innerText()).toContain('proxy:prot = 3000');
      }
      await page.getByRole('searchbox').fill('payments');
      expect(await page.getByRole('region', { name: 'Problems' }).innerText()).toContain('proxy:port = 80a');
    });
  });

  test('shows some problems, and all of them by the link of the summary', async () => {
    const message = (n: number) => ({
      code: 'bad-value',
      instance: `i-${n}`,
      tag: 'proxy:port',
      message: `${n}`,
    });
    site().list = routesFile([route(`shop.${DOMAIN}`)], { problems: [1, 2, 3, 4, 5].map(message) });
    await visit(async (page) => {
      const problems = page.getByRole('region', { name: 'Problems' }).getByRole('listitem');
      expect(await problems.count()).toBe(3);
      await page.getByRole('link', { name: 'Show all 5 problems' }).click();
      expect(await problems.count()).toBe(5);
      expect(new URL(page.url()).hash).toBe('#problems');
    });
  });

  test('shows a hundred of many problems, and a search finds the others, beside few apps too', async () => {
    const problem = (n: number) => ({
      ...{ code: 'name-taken', instance: `i-${n}`, tag: 'proxy:host', hostnames: [`shop.${DOMAIN}`] },
      message: `i-${n} claims shop.${DOMAIN}`,
    });
    const problems = Array.from({ length: 2_000 }, (_, n) => problem(n));
    site().list = routesFile([route(`shop.${DOMAIN}`)], { problems });
    await visit(async (page) => {
      const section = page.getByRole('region', { name: 'Problems' });
      await page.getByRole('link', { name: 'Show 100 of 2,000 problems' }).click();
      expect(await section.getByRole('listitem').count()).toBe(100);
      expect(await section.innerText()).toContain('1,900 more are not shown.');
      await page.getByRole('searchbox').fill('i-1987');
      await section.getByText('1 of 2,000 match.').waitFor();
      expect(await section.getByRole('listitem').innerText()).toContain('i-1987');
    });
  });

  test('shows all problems by the link of the summary, although a filter hides some', async () => {
    await visit(async (page) => {
      const problems = page.getByRole('region', { name: 'Problems' }).getByRole('listitem');
      expect(await problems.count()).toBe(0);
      await page.getByRole('link', { name: '3 problems' }).click();
      expect(await problems.count()).toBe(3);
      expect(new URL(page.url()).search).toBe('?sort=since');
    }, '?state=asleep&sort=since');
  });

  test('is sorted by a choice above cards, and by the titles of a table', async () => {
    await visit(async (page) => {
      await page.getByLabel('Sort by').selectOption('State');
      expect(new URL(page.url()).search).toBe('?sort=state');
      expect(await page.locator('.app .pill').first().innerText()).toBe('Starting');
    });
    site().list = madeList(60);
    await visit(async (page) => {
      const title = page.getByRole('columnheader', { name: 'Name' });
      expect(await title.getAttribute('aria-sort')).toBe('ascending');
      expect((await names(page)).slice(0, 3)).toEqual(['admin', 'admin-1', 'admin-2']);
      await title.getByRole('link').click();
      expect(await title.getAttribute('aria-sort')).toBe('descending');
      expect((await names(page))[0]).toBe('wiki-4');
      await page.getByRole('columnheader', { name: 'State' }).getByRole('link').click();
      expect(await title.getAttribute('aria-sort')).toBeNull();
    });
  });

  test('begins with the favourites of this browser, also after a reload', async () => {
    await visit(async (page) => {
      await page.getByRole('button', { name: 'Favourite wiki', exact: true }).click();
      expect((await names(page))[0]).toBe('wiki');
      await page.reload();
      await page.getByRole('button', { name: 'Favourite wiki', exact: true, pressed: true }).waitFor();
      expect((await names(page))[0]).toBe('wiki');
      expect(site().asked.every(({ path }) => path.startsWith('/_proxy/'))).toBe(true);
    });
  });

  test.each([
    ['with the clipboard of the browser', true],
    ['without one', false],
  ])('copies the address of an app %s', async (_case, hasClipboard) => {
    await visit(async (page) => {
      const copied = hasClipboard
        ? `Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text } } })`
        : `document.execCommand = () => { window.copied = document.activeElement.value; return true }`;
      await page.evaluate(copied);
      await page.getByRole('button', { name: 'Copy the address of wiki-1' }).click();
      const url = `http://wiki-1.${DOMAIN}:${site().port}/`;
      await page.getByRole('status').getByText(`Copied ${url}`).waitFor({ state: 'attached' });
      expect(await page.evaluate('window.copied')).toBe(url);
    });
  });

  test('has names and states only if everybody may read it, and says why', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`, { instances: [], rules: [] })], { detail: 'names' });
    // Chromium reports a refused document as an error of the page.
    site().lastRequests = 403;
    await visit(async (page) => {
      expect(await page.getByText('Everybody may open this page without signing in').isVisible()).toBe(true);
      expect(await page.locator('.app .pill').innerText()).toBe('Live');
      expect(await page.locator('.app dt').count()).toBe(0);
    });
  });

  test('offers nothing that a list of names and states does not have', async () => {
    const routes = madeList(30).routes.map(({ hostname, state }) => ({
      hostname,
      state,
      instances: [],
      rules: [],
    }));
    site().list = routesFile(routes, { detail: 'names' });
    await visit(async (page) => {
      expect(await page.getByLabel('Sort by').getByRole('option').allTextContents()).toEqual([
        'Name',
        'State',
      ]);
      expect(await page.getByRole('searchbox').getAttribute('placeholder')).toBe('Filter by name or state');
    });
  });

  test('is filtered by the owner of its apps', async () => {
    await visit(async (page) => {
      await page.getByRole('combobox', { name: 'Owner' }).selectOption('ann');
      expect(new URL(page.url()).search).toBe('?owner=ann');
      expect(
        new Set(await page.locator('.app dl > div', { hasText: 'Owner' }).locator('dd').allTextContents()),
      ).toEqual(new Set(['ann']));
    });
  });

  test('says who has a name that another instance wants, and since when', async () => {
    await visit(async (page) => {
      const claim = page.getByRole('listitem').filter({ hasText: 'name-taken' });
      expect(await claim.getByRole('heading').innerText()).toMatch(
        /^i-\S+ \(web-\d+\) wants shop, which i-\S+ \(web-\d+\) has had since \d\d:\d\d$/,
      );
    });
  });

  test('is walked by the keyboard alone', async () => {
    await visit(async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('wiki');
      await page.keyboard.press('Enter');
      expect(await focused(page)).toBe(`wiki.${DOMAIN}`);
      await page.keyboard.press('ArrowDown');
      expect(await focused(page)).toBe(`wiki-1.${DOMAIN}`);
      await page.keyboard.press('f');
      await page.getByRole('button', { name: 'Favourite wiki-1', pressed: true }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await page.evaluate('document.activeElement.id')).toBe('filter');
      await page.keyboard.press('Escape');
      expect(await page.locator('.app').count()).toBe(30);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('d');
      await page.getByRole('region', { name: `wiki-1.${DOMAIN}` }).waitFor();
    });
  });

  test('explains its keys, and lets people turn off those without another key', async () => {
    await visit(async (page) => {
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await page.keyboard.press('?');
      await dialog.waitFor();
      expect(await findAxeFaults(page)).toEqual([]);
      await dialog.getByRole('checkbox').uncheck();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await page.keyboard.press('/');
      expect(await page.evaluate('document.activeElement.id')).not.toBe('filter');
      await page.keyboard.press('?');
      expect(await dialog.isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Keys' }).click();
      expect(await dialog.getByRole('checkbox').isChecked()).toBe(false);
    });
  });

  describe.each([3, 50, 120])('with %i apps', (count) => {
    test.each(['light', 'dark'] as const)('has no violation of WCAG 2.2 AA in %s', async (colorScheme) => {
      site().list = madeList(count);
      for (const width of [360, 1280])
        await visit(async (page) => expect(await findAxeFaults(page)).toEqual([]), '', {
          ...{ colorScheme, viewport: { width, height: 900 } },
        });
    });
  });

  test('is a table for screen readers, although its rows are grids', async () => {
    site().list = madeList(60);
    await visit(async (page) => {
      expect(await page.getByRole('table').getByRole('row').count()).toBe(61);
      const row = page.getByRole('row').nth(1);
      expect(await row.getByRole('rowheader').innerText()).toMatch(/^admin\.dev/);
      expect(await row.getByRole('cell').count()).toBe(7);
    });
  });

  test('shows every app of a long list a moment after the first ones, for the search of the browser', async () => {
    site().list = madeList(2_000);
    await visit(async (page) => {
      await page.clock.runFor(2_000);
      expect(await page.locator('.app').count()).toBe(2_000);
      await page.getByRole('searchbox').fill('wiki-18');
      expect(await names(page)).toEqual(['wiki-18', 'wiki-180', 'wiki-181']);
    });
  });

  test('fits windows from 320 to 2,560 pixels without scrolling sideways', async () => {
    for (const count of [3, 50, 120]) {
      site().list = madeList(count);
      await visit(async (page) => {
        for (const width of [320, 360, 768, 1088, 1280, 2560]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await page.evaluate('document.documentElement.scrollWidth'), `${count} in ${width}`).toBe(
            width,
          );
        }
      });
    }
  });
});
