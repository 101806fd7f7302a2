import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openForEachTest, useBrowser } from '../../support/pages/each-test.ts';
import type { VisitOptions } from '../../support/tools/browser.ts';
import { NOON, openExample } from './example.ts';

export const DOMAIN = 'dev.example.com';

/** Documents that a test leaves out, and the person's name, are not there. */
const MISSING = /status of 40[34]/;

/** Collects the violations of the policy; Chromium also reports each of them as an error. */
const WATCH_POLICY = `{
  window.refused = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.refused.push(violatedDirective));
}`;

/** For each test of a block a portal with the example, and visits of its pages at noon. A visit fails if the policy refuses anything. */
export function useExample() {
  const openPage = useBrowser();
  const site = openForEachTest(openExample);
  const visit = (hash: string, look: (page: Page) => Promise<void>, options: VisitOptions = {}) =>
    openPage({ provokes: MISSING, timezoneId: 'UTC', ...options }, async (page) => {
      await page.clock.setFixedTime(NOON);
      await page.addInitScript(WATCH_POLICY);
      await page.goto(`${site().url(DOMAIN)}${hash}`);
      await page.locator('main h2').first().waitFor();
      await look(page);
      expect(await page.evaluate('window.refused')).toEqual([]);
    });
  return { site, visit };
}

/** A part of the page by its heading. */
export function region(page: Page, name: string) {
  return page.getByRole('region', { name, exact: true });
}

/** The words of a part of the page, with single spaces. */
export async function textOf(page: Page, name: string): Promise<string> {
  return (await region(page, name).innerText()).replace(/\s+/g, ' ');
}
