import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../../support/pages/each-test.ts';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { until } from '../../support/until.ts';

/** An app that the test starts and ends, on a port of its own. */
class App implements AsyncDisposable {
  readonly asked: string[] = [];
  /** Answers 502 by itself, to everything but HEAD. */
  fails = false;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #port = 0;

  static async reserve(): Promise<App> {
    const app = new App();
    await app.listen();
    app.#port = app.port;
    await app.stop();
    return app;
  }

  get port(): number {
    return this.#port || (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url !== '/favicon.ico') this.asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'text/html');
    if (this.fails && request.method !== 'HEAD') response.statusCode = 502;
    response.end(
      request.url === '/form'
        ? '<title>form</title><form method=post action=/order><button>Order</button></form>'
        : '<title>app</title><h1>Served</h1>',
    );
  }
}

describe.skipIf(noBrowser)('a page for 502', () => {
  const openPage = useBrowser();
  let cloud: TestCloud;
  beforeAll(async () => {
    // Long enough for a warm updater to notice an instance that is starting or stopping.
    cloud = await startTestCloud({ delays: { pending: 1_500 } });
    await cloud.live('first');
  }, 30_000);
  afterAll(() => cloud.dispose());

  const url = (host: string, path = '/') => `http://${host}.localhost:${cloud.port}${path}`;

  const shown = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const asking = (page: Page) => page.getByText('This page keeps trying').isVisible();

  /** Records the requests of a page, so that a test can wait for the answers. */
  const NOTED = `
    const { fetch } = window;
    window.asks = [];
    window.fetch = (url, options) => {
      const answer = fetch(url, options);
      window.asks.push({ isOfPage: options.method === 'HEAD' && url === location.href, answer: answer.catch(() => {}) });
      return answer;
    };`;

  /** Answers as if the edge's clock were six seconds ahead. */
  const LATER = `
    const ask = window.fetch;
    window.fetch = async (url, options) => {
      const answer = await ask(url, options);
      if (!url.endsWith('notice.css')) return answer;
      return new Response(null, { headers: { date: new Date(Date.parse(answer.headers.get('date')) + 6000) } });
    };`;

  /** Each navigation begins when its page has loaded, because Playwright's clock has one time origin for all. */
  const BEGUN = `Object.defineProperty(performance, 'timeOrigin', { get: Date.now });`;

  /** Simulates an answer to the navigation that took a minute. */
  const SLOW = `
    const { now } = Date;
    Date.now = () => now() + 60_000;`;

  /** Opens a page with a clock that only the test advances; the edge has its own clock. */
  function visit(look: (page: Page) => Promise<void>) {
    return openPage({ provokes: /status of 50[234]/ }, async (page) => {
      await page.clock.install({ time: '2026-11-23T12:00:00Z' });
      await page.clock.pauseAt('2026-11-23T12:00:01Z');
      await page.addInitScript(BEGUN);
      await page.addInitScript(NOTED);
      await look(page);
    });
  }

  /** The number of the page's requests for its own URL, after all of its requests have answers. */
  function timesAsked(page: Page): Promise<number> {
    return page.evaluate<number>(
      'Promise.all(asks.map(({ answer }) => answer)).then(() => asks.filter(({ isOfPage }) => isOfPage).length)',
    );
  }

  /** Seconds of the page's clock until its next request for its own URL. */
  async function secondsUntilAsked(page: Page): Promise<number> {
    const before = await timesAsked(page);
    for (let seconds = 1; seconds <= 60; seconds++) {
      await page.clock.runFor(1000);
      if ((await timesAsked(page)) > before) return seconds;
    }
    return Number.POSITIVE_INFINITY;
  }

  test('shows the app by itself if the app begins to listen 30 s after its name is live', async () => {
    await using app = await App.reserve();
    cloud.launch({ host: 'slow', port: `${app.port}` }, 'ami-external');
    await until('the name', async () => (await cloud.ask('slow.localhost')).status === 503);
    await visit(async (page) => {
      await page.goto(url('slow', '/cart?item=1#top'));
      expect(await shown(page)).toBe('starting');
      await cloud.settled();
      // Like its own refresh after five seconds.
      await page.reload();
      expect(await shown(page)).toBe('Instance unreachable');
      await page.getByText('This page keeps trying').waitFor();
      const waits = [];
      for (let i = 0; i < 4; i++) waits.push(await secondsUntilAsked(page));
      expect(waits).toEqual([2, 4, 8, 16]);
      await app.listen();
      await page.clock.runFor(30_000);
      await page.getByText('Served').waitFor();
      expect(page.url()).toBe(url('slow', '/cart?item=1#top'));
      expect(app.asked).toEqual(['HEAD /cart?item=1', 'GET /cart?item=1']);
    });
  });

  /** A live name with a closed port. */
  async function deadApp(host: string): Promise<App> {
    const app = await App.reserve();
    cloud.launch({ host, port: `${app.port}` }, 'ami-external');
    await cloud.settled();
    return app;
  }

  test('asks for five minutes and then shows the link', async () => {
    await using app = await deadApp('dead');
    await visit(async (page) => {
      await page.goto(url('dead'));
      await page.getByText('This page keeps trying').waitFor();
      const waits = [];
      for (let i = 0; i < 13; i++) waits.push(await secondsUntilAsked(page));
      expect(waits).toEqual([2, 4, 8, 16, ...Array(9).fill(30)]);
      expect(await secondsUntilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      expect(await asking(page)).toBe(false);
      await app.listen();
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByText('Served').waitFor();
    });
  });

  test('asks as a program, so that the router answers without a page', async () => {
    await using _app = await deadApp('program');
    await visit(async (page) => {
      await page.goto(url('program'));
      await page.getByText('This page keeps trying').waitFor();
      const [request] = await Promise.all([
        page.waitForRequest((each) => each.method() === 'HEAD' && !each.url().includes('/_proxy/')),
        page.clock.runFor(2000),
      ]);
      expect(request.headers()['accept']).toBe('application/problem+json');
    });
  });

  test('pauses while it is hidden, and asks at once when it is visible again', async () => {
    await using app = await deadApp('hidden');
    await visit(async (page) => {
      await page.goto(url('hidden'));
      await page.getByText('This page keeps trying').waitFor();
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
      expect(await secondsUntilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      await app.listen();
      await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
      await page.getByText('Served').waitFor();
    });
  });

  test('continues when the app answers HEAD and still fails', async () => {
    await using app = await deadApp('flaps');
    app.fails = true;
    await app.listen();
    await visit(async (page) => {
      await page.goto(url('flaps'));
      await page.getByText('This page keeps trying').waitFor();
      for (const seconds of [2, 30]) {
        const [reload] = await Promise.all([
          page.waitForResponse((each) => each.request().method() === 'GET' && each.url() === url('flaps')),
          page.clock.runFor(seconds * 1000),
        ]);
        expect(reload.status()).toBe(502);
        await page.getByText('This page keeps trying').waitFor();
      }
      app.fails = false;
      await page.clock.runFor(30_000);
      await page.getByText('Served').waitFor();
    });
  });

  test('continues after a slow failed answer, and a later visit starts again', async () => {
    await using app = await deadApp('hangs');
    app.fails = true;
    await app.listen();
    await visit(async (page) => {
      await page.goto(url('hangs'));
      await page.getByText('This page keeps trying').waitFor();
      await page.addInitScript(SLOW);
      const isReload = (each: Response) => each.request().method() === 'GET' && each.url() === url('hangs');
      await Promise.all([page.waitForResponse(isReload), page.clock.runFor(2000)]);
      await page.getByText('This page keeps trying').waitFor();
      await app.stop();
      expect(await secondsUntilAsked(page)).toBe(30);
      await page.goto(url('hangs'));
      await page.getByText('This page keeps trying').waitFor();
      expect(await secondsUntilAsked(page)).toBe(2);
    });
  });

  test('neither repeats a form that it answers, nor requests its URL as a page', async () => {
    await using app = await deadApp('form');
    await visit(async (page) => {
      // An earlier failed page of the same URL does not count, because its answer is older.
      await page.goto(url('form', '/order'));
      await page.getByText('This page keeps trying').waitFor();
      await app.listen();
      await page.goto(url('form', '/form'));
      await app.stop();
      await page.addInitScript(LATER);
      await page.getByRole('button').click();
      await page.getByText('Instance unreachable').first().waitFor();
      await app.listen();
      expect(await secondsUntilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      expect(await asking(page)).toBe(false);
      expect(app.asked).toEqual(['GET /form']);
    });
  });

  test('does not repeat a form that was sent to its own URL', async () => {
    await using app = await deadApp('self');
    await visit(async (page) => {
      await app.listen();
      await page.goto(url('self', '/form'));
      await page.evaluate(`document.querySelector('form').action = ''`);
      await app.stop();
      await page.getByRole('button').click();
      await page.getByText('Instance unreachable').first().waitFor();
      await app.listen();
      expect(await secondsUntilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      expect(app.asked).toEqual(['GET /form']);
    });
  });
});
