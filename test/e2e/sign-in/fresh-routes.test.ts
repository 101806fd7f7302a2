import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, HttpBrowser } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';
import { launchBrowser, noBrowser, withPage } from '../../support/tools/browser.ts';

const HOUR = 3_600_000;

/** The store reaches the edge only when a test moves the clock. */
let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud({ propagation: HOUR });
  cloud.clock.advance(HOUR);
}, 60_000);
afterAll(() => cloud?.dispose());

/** Waits for the updater, and until the concierge reads the last changes again. */
async function settled(): Promise<void> {
  await cloud.settled();
  cloud.clock.advance(1_000);
}

/** Launches an app that the edge knows, and returns its instance. */
async function known(host: string): Promise<string> {
  const id = await cloud.live(host);
  cloud.clock.advance(HOUR);
  return id;
}

const status = async (browser: HttpBrowser, app: string) => {
  const { status, body } = await browser.send(cloud.at(app, '/_proxy/api/status'), { headers: FETCH });
  return status === 200 ? JSON.parse(body) : status;
};

describe('status, while the edge has an older entry', () => {
  test('follows the instance: stopped, started, terminated', async () => {
    const id = await known('shop');
    const browser = await cloud.signedIn('shop');
    expect(await status(browser, 'shop')).toMatchObject({ state: 'unchanged' });
    const numbers = [];
    for (const [change, state] of [
      [() => cloud.fleet.stopInstances([id]), 'asleep'],
      [() => cloud.fleet.startInstances([id]), 'live'],
      [() => cloud.fleet.terminateInstances([id]), 'unknown'],
    ] as const) {
      change();
      await settled();
      const newest = await status(browser, 'shop');
      expect(newest).toMatchObject({ state });
      numbers.push(newest.sequence);
    }
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(3);
  });

  test('needs a session, for an app that changed as for a name without an app', async () => {
    await cloud.live('fresh');
    const stranger = new HttpBrowser();
    for (const app of ['fresh', 'nothing']) expect(await status(stranger, app)).toBe(401);
  });
});

test('the page for 502 names the concierge, and arrive gives a hint of the state', async () => {
  const id = await known('dead');
  const browser = await cloud.signedIn('dead');
  cloud.fleet.stopInstances([id]);
  await settled();
  const page = await browser.open(cloud.at('dead', '/cart'));
  expect(page.status).toBe(502);
  expect(page.body).toContain('<html data-concierge');
  const { headers } = await browser.send(cloud.at('dead', '/_proxy/api/arrive?to=%2Fcart'));
  expect(headers['location']).toBe(cloud.at('dead', '/cart'));
  expect(String(headers['set-cookie'])).toMatch(
    /^__Host-proxy-hint=1\.\d{10}\.\d{11}\.g\w+~A\.[\da-f]{64}; Max-Age=90;/,
  );
});

describe.skipIf(noBrowser)('a person who reloads after a stop', () => {
  let chromium: Browser;
  beforeAll(async () => {
    chromium = await launchBrowser();
  });
  afterAll(() => chromium?.close());

  test('reads that the app is asleep, although the edge has its old address', async () => {
    const id = await known('sleepy');
    await withPage(chromium, { provokes: /status of 50[23]/ }, async (page) => {
      await page.goto(cloud.at('sleepy'));
      await page.getByRole('button', { name: 'alice' }).click();
      await page.waitForURL(cloud.at('sleepy'));
      cloud.fleet.stopInstances([id]);
      await cloud.settled();
      await page.reload();
      await page.getByRole('heading', { name: 'Asleep' }).waitFor();
    });
  });
});

describe.skipIf(noBrowser)('a page that waits, while the store does not reach the edge', () => {
  let chromium: Browser;
  beforeAll(async () => {
    chromium = await launchBrowser();
  });
  afterAll(() => chromium?.close());

  test('opens the app when it starts, and shows that it is asleep when it stops', async () => {
    const id = await known('waits');
    cloud.fleet.stopInstances([id]);
    await cloud.settled();
    cloud.clock.advance(HOUR);
    await withPage(chromium, { provokes: /status of 50[23]/ }, async (page) => {
      await page.goto(cloud.at('waits'));
      await page.getByRole('button', { name: 'alice' }).click();
      await page.getByRole('heading', { name: 'asleep' }).waitFor();
      cloud.fleet.startInstances([id]);
      await page.getByRole('heading', { name: 'Hello from' }).waitFor();
      cloud.fleet.stopInstances([id]);
      await cloud.settled();
      await page.reload();
      await page.getByRole('heading', { name: 'asleep' }).waitFor();
    });
  });
});
