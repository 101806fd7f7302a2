import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpBrowser } from '../support/stands/sign-in/http-browser.ts';
import { launchPlainChromium, type PlainChromium } from '../support/stands/sign-in/plain-chromium.ts';
import { type SignInCloud, startSignInCloud } from '../support/stands/sign-in/sign-in-cloud.ts';
import { noBrowser } from '../support/tools/browser.ts';
import { until } from '../support/until.ts';

/**
 * The service worker of the last claimant. It sends the person to the base domain as if a stranger had begun the sign-in, keeps each
 * ticket that it sees, and asks again and again for a page of the app that follows.
 */
const WORKER = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
const tell = (path) => fetch('REPORTS' + path, { mode: 'no-cors' });
const asking = async () => {
  for (let n = 0; n < 9999; n++) {
    await fetch('/whoami?by=worker').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
let isAsking;
addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  isAsking ??= asking();
  event.waitUntil(isAsking);
  event.respondWith((async () => {
    await tell('/seen?' + encodeURIComponent(event.request.url));
    if (event.request.url.includes('ticket')) return new Response('kept');
    const detour = await (await fetch('REPORTS/detour')).text();
    return detour === '' ? fetch(event.request) : Response.redirect(detour);
  })());
});`;

/** The app of the last claimant, and the server to which its worker reports. */
interface LastClaimant {
  server: Server;
  port: number;
  /** The address to which the worker sends the person next; `''` for none. */
  detour: string;
  /** The navigations that the worker saw. */
  seen: string[];
}

async function startLastClaimant(): Promise<LastClaimant> {
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    response.setHeader('access-control-allow-origin', '*');
    if (target === '/sw.js') {
      response.setHeader('content-type', 'text/javascript');
      response.end(WORKER.replaceAll('REPORTS', `http://127.0.0.1:${last.port}`));
    } else if (target === '/detour') {
      response.end(last.detour);
      last.detour = '';
    } else if (target.startsWith('/seen?')) {
      last.seen.push(decodeURIComponent(target.slice('/seen?'.length)));
      response.end();
    } else {
      response.setHeader('content-type', 'text/html');
      response.end(`<script>navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)
        .then(() => { document.title = 'ready'; })</script>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const last = { server, port: (server.address() as AddressInfo).port, detour: '', seen: [] as string[] };
  return last;
}

describe.skipIf(noBrowser)('a service worker of the last claimant', () => {
  let cloud: SignInCloud;
  let chromium: PlainChromium;
  let last: LastClaimant;
  beforeAll(async () => {
    [cloud, chromium, last] = await Promise.all([
      startSignInCloud(),
      launchPlainChromium(),
      startLastClaimant(),
    ]);
  }, 60_000);
  afterAll(async () => {
    await chromium?.close();
    await cloud?.dispose();
    last?.server.close();
  });

  test('sees no ticket, and ends before the session begins', async () => {
    const { tab } = chromium;
    const first = cloud.launch({ host: 'heir', port: String(last.port) }, 'ami-external');
    await cloud.settled();
    await cloud.pass(1);
    await tab.open(cloud.at('heir'));
    await until('the provider', () =>
      tab.evaluate(
        `((button) => button && (button.click(), true))(document.querySelector('[formaction$="/alice"]'))`,
      ),
    );
    await until('the worker', () => tab.evaluate(`document.title === 'ready'`));

    cloud.fleet.terminateInstances([first]);
    await cloud.settled();
    await cloud.live('heir', 'ami-vault');
    await cloud.pass(1);
    const stranger = new HttpBrowser();
    await stranger.open(cloud.at('heir'));
    last.detour = stranger.pages.find(({ address }) => address.includes('/sign-in?'))?.address ?? '';
    expect(last.detour).toMatch(/&browser=[\w-]{22}/);

    await tab.open(cloud.at('heir'));
    const sawTicket = () => last.seen.some((address) => address.includes('ticket'));
    await until(
      'the new app or a ticket',
      async () =>
        sawTicket() || (await tab.evaluate(`document.querySelector('h1')?.textContent.includes('Welcome')`)),
    );
    for (const address of last.seen) expect((await stranger.open(address)).body).not.toContain('Welcome');
    expect(sawTicket()).toBe(false);
    expect([last.seen[0], last.detour]).toEqual([cloud.at('heir'), '']);
    // Requests of the app itself, in which time a worker that runs on would ask many times.
    expect(
      await tab.evaluate(`(async () => {
        for (let n = 0; n < 50; n++) await fetch('/whoami?by=app');
        return (await navigator.serviceWorker.getRegistrations()).length;
      })()`),
    ).toBe(0);
    const statuses = (by: string) =>
      new Set(
        cloud.requests.filter(({ target }) => target === `/whoami?by=${by}`).map(({ status }) => status),
      );
    expect(statuses('app')).toEqual(new Set([200]));
    expect(statuses('worker')).toEqual(new Set([401]));
  });
});
