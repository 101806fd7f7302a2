import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { withConcierge } from '../../../build/page-script.ts';

/** The policy of the router's pages with sign-in. */
const POLICY = "default-src 'self';frame-ancestors 'none'";

/** An edge whose answers a test changes: a page of the router for every path, the concierge, and our own files. */
export class NoticeEdge implements AsyncDisposable {
  /** The state that the edge shows; `app` once it knows the app, `dead` if its instance does not answer. */
  state: string;
  /** Whether the deployment has sign-in. */
  hasConcierge = true;
  /** The state for HEAD, if it is another one. */
  head: string | undefined;
  /** The answer of `status`, or the status of its failure. */
  newest: { state: string; sequence?: number } | number = { state: 'unchanged', sequence: 100 };
  /** The state that the edge shows to a browser which went through the concierge. */
  hinted: string | undefined;
  /** Method and target of each request, except for our own files. */
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(state: string) {
    this.state = state;
  }

  static async open(state = 'asleep'): Promise<NoticeEdge> {
    const edge = new NoticeEdge(state);
    edge.#server.listen(0, '127.0.0.1');
    await once(edge.#server, 'listening');
    return edge;
  }

  url(path: string): string {
    return `http://shop.dev.localhost:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (url.startsWith('/_proxy/errors/')) {
      response.setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : 'text/css');
      response.end(
        await readFile(new URL(`../../../portal/${url.slice('/_proxy/'.length)}`, import.meta.url)),
      );
      return;
    }
    if (url === '/favicon.ico') return void response.writeHead(204).end();
    this.asked.push(`${method} ${url}`);
    if (url === '/_proxy/api/status') return this.#sendStatus(response);
    if (url.startsWith('/_proxy/api/arrive?')) {
      if (this.hinted !== undefined) this.state = this.hinted;
      const location = new URL(url, 'http://x').searchParams.get('to') ?? '';
      return void response.writeHead(303, { location, 'referrer-policy': 'no-referrer' }).end();
    }
    const state = method === 'HEAD' ? (this.head ?? this.state) : this.state;
    if (state === 'dead') await this.#sendUnreachable(response);
    else this.#sendPage(response, state);
  }

  #sendStatus(response: ServerResponse): void {
    const status = typeof this.newest === 'number' ? this.newest : 200;
    const body = typeof this.newest === 'number' ? '' : JSON.stringify(this.newest);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
  }

  #sendPage(response: ServerResponse, state: string): void {
    if (state === 'app')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>App</h1>');
    response.writeHead(503, {
      'content-type': 'text/html;charset=utf-8',
      'content-security-policy': POLICY,
      'x-proxy-state': state,
      'cache-control': 'no-store',
    });
    response.end(
      `<!doctype html><html lang=en><link rel=stylesheet href=/_proxy/errors/notice.css><title>${state}</title><main><h1>${state}</h1><p>Text.</main><script src=/_proxy/errors/wait.js></script>`,
    );
  }

  async #sendUnreachable(response: ServerResponse): Promise<void> {
    const html = await readFile(new URL('../../../portal/errors/unreachable.html', import.meta.url), 'utf8');
    response.writeHead(502, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    response.end(this.hasConcierge ? withConcierge(html) : html);
  }
}

/** Records the requests of a page, so that a test can wait for the answers. */
const NOTED = `
  const { fetch } = window;
  window.noted = [];
  window.fetch = (...given) => {
    const answer = fetch(...given);
    window.noted.push(answer.then((each) => each.clone().text()).catch(() => {}));
    return answer;
  };`;

/** Each page begins when it has loaded, because Playwright's clock has one time origin for all. */
const BEGUN = `
  const begun = performance.now();
  const { now } = performance;
  performance.now = () => now.call(performance) - begun;`;

/** Installs a clock that only the test advances, and the records of `pass`. Goes before the first navigation. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.install({ time: '2026-11-30T12:00:00Z' });
  await page.clock.pauseAt('2026-11-30T12:00:01Z');
  await page.addInitScript(NOTED);
  await page.addInitScript(BEGUN);
}

/** Advances the page's clock, and resolves when all requests of its scripts have answers. */
export async function pass(page: Page, seconds: number): Promise<void> {
  await page.clock.runFor(1000 * seconds);
  // The answer to one request may be the reason for the next.
  for (let answers = -1, before = -2; answers !== before; ) {
    before = answers;
    answers = await page.evaluate<number>('Promise.all(noted).then((all) => all.length)');
  }
}
