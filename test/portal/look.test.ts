import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openForEachTest, useBrowser } from '../support/pages/each-test.ts';
import { noBrowser } from '../support/tools/browser.ts';
import { exampleList } from './app/example.ts';
import { madeList, NOW } from './list/made-list.ts';
import { PortalSite } from './site.ts';

const DOMAIN = 'dev.example.com';

describe.skipIf(noBrowser)('a narrow page', () => {
  const openPage = useBrowser();
  const site = openForEachTest(() => PortalSite.open(madeList(50)));

  function visit(reference: string, look: (page: Page) => Promise<void>, width = 360) {
    const options = { viewport: { width, height: 900 }, provokes: /status of 404/ };
    return openPage(options, async (page) => {
      await page.clock.setFixedTime(NOW);
      await page.goto(site().url(DOMAIN) + reference);
      await page.locator('main h2').first().waitFor();
      await look(page);
    });
  }

  /** The texts below the selector that continue on another line. */
  const brokenTexts = (page: Page, selector: string) =>
    page.evaluate<
      string[]
    >(`[...document.querySelectorAll(${JSON.stringify(selector)})].flatMap((element) => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const broken = [];
      const range = document.createRange();
      while (texts.nextNode()) {
        range.selectNodeContents(texts.currentNode);
        if (range.getClientRects().length > 1) broken.push(range.toString());
      }
      return broken;
    })`);

  test('breaks a name only before its dots, and no id of an instance', () =>
    visit('', async (page) => {
      const names = '.problems dd a[href^="#"]';
      expect(await page.locator(names).first().innerText()).toBe(`payments.${DOMAIN}`);
      expect((await page.locator(names).first().boundingBox())?.height).toBeGreaterThan(30);
      expect(await brokenTexts(page, names)).toEqual([]);
      expect(await page.locator('.problems h3 code.whole').count()).toBe(2);
      expect(await brokenTexts(page, '.problems code')).toEqual([]);
    }));

  test('breaks a command only between its words', () => {
    site().list = exampleList();
    return visit('#explain=cart', async (page) => {
      const command = page.locator('.command').filter({ hasText: 'create-tags' });
      await command.waitFor();
      expect(await command.innerText()).toBe(
        'aws ec2 create-tags --resources i-0ccccccccccccccc3 --tags Key=proxy:host,Value=cart --region us-gov-west-1',
      );
      expect(await brokenTexts(page, '.command .whole')).toEqual([]);
    });
  });

  test('shows each key as high as the others', () =>
    visit('', async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      const heights = await page
        .locator('dt kbd')
        .evaluateAll((keys) => keys.map((key) => key.getBoundingClientRect().height));
      expect(new Set(heights).size).toBe(1);
    }));

  test('has a lease in one line of a table, and a comma behind the name of an instance', () => {
    site().list = madeList(60);
    return visit(
      '',
      async (page) => {
        expect(await page.locator('.c-since .soft').count()).toBeGreaterThan(0);
        expect(await brokenTexts(page, '.c-since .soft time')).toEqual([]);
        const two = page.locator('.c-instance').filter({ hasText: ',' }).first();
        expect(await two.innerText()).toMatch(/^web-\d+, web-\d+$/);
      },
      1280,
    );
  });

  test('shows each instance of a card in one line', () => {
    const hasTwo = madeList(50).routes.find(({ instances }) => instances.length > 1)?.hostname;
    return visit(
      `?q=${hasTwo}`,
      async (page) => {
        const facts = page.locator('.instance');
        expect(await facts.count()).toBe(2);
        for (const fact of await facts.all()) expect((await fact.boundingBox())?.height).toBeLessThan(30);
      },
      1280,
    );
  });

  test('keeps the titles of a long table below the toolbar', () => {
    site().list = madeList(200);
    return visit(
      '',
      async (page) => {
        await page.mouse.wheel(0, 3_000);
        await page.waitForFunction('scrollY > 2000');
        const toolbar = await page.locator('.toolbar').boundingBox();
        const titles = await page.locator('thead').boundingBox();
        expect(titles?.y).toBe((toolbar?.y ?? 0) + (toolbar?.height ?? 0));
      },
      1280,
    );
  });

  test('has the owner beside the order', () =>
    visit('', async (page) => {
      const topOf = async (selector: string) => (await page.locator(selector).boundingBox())?.y;
      expect(await topOf('.order select')).toBe(await topOf('.toolbar label:not(.order) select'));
    }));

  test('has the star, the name and the state of an app in the first line of its row', () => {
    site().list = madeList(60);
    return visit('', async (page) => {
      const rows = page.locator('.app');
      for (const state of ['Live', 'In maintenance']) {
        const row = rows.filter({ hasText: state }).first();
        const tops = await Promise.all(
          ['.star', '.name', '.pill'].map(async (part) => {
            const { y = 0, height = 0 } = (await row.locator(part).boundingBox()) ?? {};
            return [y, y + height] as const;
          }),
        );
        const lowestTop = Math.max(...tops.map(([top]) => top));
        expect(tops.every(([, bottom]) => bottom > lowestTop)).toBe(true);
      }
    });
  });
});
