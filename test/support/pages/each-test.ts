import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, type VisitOptions, withPage } from '../tools/browser.ts';

/** Runs `visit` on a page of its own, as {@link withPage} does. */
export type OpenPage = <T>(options: VisitOptions, visit: (page: Page) => Promise<T>) => Promise<T>;

/** One browser for all tests of a block. */
export function useBrowser(): OpenPage {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 30_000);
  // Without a browser its launch has failed, which is the error to report.
  afterAll(() => browser?.close());
  return (options, visit) => withPage(browser, options, visit);
}

/** Opens something for each test of a block, and closes it after the test. The result has that of the present test. */
export function openForEachTest<T extends AsyncDisposable>(open: () => Promise<T>): () => T {
  let opened: T;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened[Symbol.asyncDispose]());
  return () => opened;
}
