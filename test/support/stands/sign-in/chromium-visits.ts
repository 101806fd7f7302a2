import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { LocalCloudOptions } from '../../../../local/cloud.ts';
import { launchBrowser, type VisitOptions, withPage } from '../../tools/browser.ts';
import { type SignInCloud, startSignInCloud } from './sign-in-cloud.ts';

/** Chromium reports every status from 400, and every refused WebSocket or frame, as an error. */
export const REFUSED = /Failed to load resource|WebSocket connection|Framing/;

/** Chromium in front of a cloud with sign-in. */
export interface ChromiumVisits {
  cloud: SignInCloud;
  /** Runs a visit with empty storage. */
  visit(look: (page: Page, context: BrowserContext) => Promise<void>, options?: VisitOptions): Promise<void>;
  /** Chooses a person on the page of the provider. */
  choose(page: Page, person: string): Promise<void>;
  /** Opens an address as a person whom the base domain knows, and waits for that address. */
  open(page: Page, address: string): Promise<void>;
  /** Opens an address, signs a person in, and waits for that address. */
  signIn(page: Page, address: string, person?: string): Promise<void>;
  /** The status of the last finished request to a path of an app. */
  statusOf(app: string, target: string, method?: string): number | undefined;
  dispose(): Promise<void>;
}

export async function startChromiumVisits(options: Partial<LocalCloudOptions> = {}): Promise<ChromiumVisits> {
  const [browser, cloud]: [Browser, SignInCloud] = await Promise.all([
    launchBrowser(),
    startSignInCloud(options),
  ]);
  const choose = (page: Page, person: string) => page.getByRole('button', { name: person }).click();
  return {
    cloud,
    choose,
    visit: (look, given = {}) => withPage(browser, given, (page) => look(page, page.context())),
    async open(page, address) {
      await page.goto(address);
      await page.waitForURL(address);
    },
    async signIn(page, address, person = 'alice') {
      await page.goto(address);
      await choose(page, person);
      await page.waitForURL(address);
    },
    statusOf: (app, target, method = 'GET') =>
      cloud.requests.findLast(
        (each) => each.method === method && each.host.startsWith(`${app}.`) && each.target === target,
      )?.status,
    async dispose() {
      await browser.close();
      await cloud.dispose();
    },
  };
}
