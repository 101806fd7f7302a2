import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/**
 * Debian's Chromium, because playwright-core does not bring a browser. The shell without windows has the same engine, and takes
 * half of the processor time.
 */
const EXECUTABLES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
export const executablePath = EXECUTABLES.find((path) => existsSync(path));

/** Flags without background traffic. Every hostname leads to this machine, so no request leaves it. */
export const FLAGS = [
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

/** For `describe.skipIf`: true if there is no browser, with a printed reason; in CI that is an error. */
export const noBrowser = isMissing();

function isMissing(): boolean {
  if (executablePath !== undefined) return false;
  const reason = `neither ${EXECUTABLES.join(' nor ')} exists; install one of the packages to run the tests of pages`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`Skipped: ${reason}.`);
  return true;
}

/** A browser for one test file. Any hostname leads to 127.0.0.1. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: FLAGS });
}

/** Options of a visit besides Playwright's own. */
export interface VisitOptions extends BrowserContextOptions {
  /** Console errors that the test causes on purpose; Chromium reports every failed load as one. */
  provokes?: RegExp;
}

/** Runs `visit` on a page with empty storage, closes it, and fails if the page threw or logged an error or warning. */
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
