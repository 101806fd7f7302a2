import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChromiumVisits,
  REFUSED,
  startChromiumVisits,
} from '../../../support/stands/sign-in/chromium-visits.ts';
import { noBrowser } from '../../../support/tools/browser.ts';

/** A worker as many apps have it: it answers each navigation with the network. */
const WORKER = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.respondWith(fetch(event.request));
});`;

const PAGE = `<h1></h1><script>navigator.serviceWorker.register('/sw.js')
  .then(() => navigator.serviceWorker.ready).then(() => { document.title = 'controlled'; });</script>`;

/** An app that shows its person. */
function startApp(): Promise<Server> {
  const server = createServer(({ url, headers }, response) => {
    const isWorker = url === '/sw.js';
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
    response.end(isWorker ? WORKER : PAGE.replace('<h1>', `<h1>${headers['x-proxy-user']}`));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(noBrowser)('an app whose service worker answers navigations', () => {
  let chromium: ChromiumVisits;
  let app: Server;
  beforeAll(async () => {
    [chromium, app] = await Promise.all([startChromiumVisits(), startApp()]);
    const { port } = app.address() as AddressInfo;
    chromium.cloud.launch({ host: 'offline', port: String(port) }, 'ami-external');
    await chromium.cloud.settled();
    await chromium.cloud.pass(1);
  }, 60_000);
  afterAll(async () => {
    await chromium?.dispose();
    app?.close();
  });

  const at = (path?: string) => chromium.cloud.at('offline', path);
  /** A visit of a person who is signed in and whose browser has the worker. */
  const visit = (look: (page: Page, context: BrowserContext) => Promise<void>) =>
    chromium.visit(
      async (page, context) => {
        await chromium.signIn(page, at());
        await page.waitForFunction(`document.title === 'controlled'`);
        await look(page, context);
      },
      { provokes: REFUSED },
    );
  const shownTo = (page: Page) => page.getByRole('heading', { name: 'alice@example.com' }).waitFor();

  test('opens by a link of a sibling, although the worker makes the navigation a request of a script', async () => {
    await visit(async (page) => {
      await chromium.open(page, chromium.cloud.at('open'));
      await page.evaluate(`location = ${JSON.stringify(at('/a?b=c#d'))}`);
      await shownTo(page);
      expect(page.url()).toBe(at('/a?b=c#d'));
      const { requests } = chromium.cloud;
      const statuses = requests.filter(({ target }) => target === '/a?b=c').map(({ status }) => status);
      expect(statuses).toEqual([403, 200]);
    });
  });

  test.each([
    ['has ended', () => chromium.cloud.pass(61)],
    ['has gone', (context: BrowserContext) => context.clearCookies({ name: '__Host-proxy-session' })],
  ])('leads a person whose session %s to sign in, and back to the same address', async (_, end) => {
    await visit(async (page, context) => {
      await end(context);
      await page.goto(at('/again?b=c'));
      await shownTo(page);
      expect(page.url()).toBe(at('/again?b=c'));
    });
  });

  test('is not shown in a frame of a sibling', async () => {
    await visit(async (page) => {
      await chromium.open(page, chromium.cloud.at('open'));
      await page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = resolve;
        frame.src = ${JSON.stringify(at('/framed'))};
        document.body.append(frame);
      })`);
      // Long enough for a page that loads itself again.
      await page.evaluate(`fetch('/').then(() => fetch('/'))`);
      const { requests } = chromium.cloud;
      expect(requests.filter(({ target }) => target === '/framed').map(({ status }) => status)).toEqual([
        403,
      ]);
      expect(page.frames().map((frame) => frame.url())).not.toContain(at('/framed'));
    });
  });
});
