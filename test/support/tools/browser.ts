import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's Chromium; playwright-core brings no browser of its own. */
const EXECUTABLE = '/usr/bin/chromium';

/** Quiet and self-contained: every name leads to this machine, so that nothing can be asked of another. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * 127.0.0.1',
];

/** For `describe.skipIf`: true, with a printed reason, where there is no browser; in CI that is an error. */
export const noBrowser = isMissing();

function isMissing(): boolean {
  if (existsSync(EXECUTABLE)) return false;
  const reason = `${EXECUTABLE} does not exist; install the package chromium to run the tests of pages`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`Skipped: ${reason}.`);
  return true;
}

/** A browser for one test file. Any hostname leads to 127.0.0.1. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/** What a visit may have beside Playwright's own options. */
export interface VisitOptions extends BrowserContextOptions {
  /** Console errors that the test provokes: Chromium reports every failed load as one. */
  provokes?: RegExp;
}

/** Runs `visit` on a page without a past, closes it, and fails if the page threw or logged an error or warning. */
export async function withPage<T>(
  browser: Browser,
  { provokes, ...options }: VisitOptions,
  visit: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    const serious = message.type() === 'error' || message.type() === 'warning';
    if (serious && !provokes?.test(message.text())) errors.push(message.text());
  });
  try {
    const result = await visit(await context.newPage());
    if (errors.length > 0) throw new Error(`The page reported:\n${errors.join('\n')}`);
    return result;
  } finally {
    await context.close();
  }
}
