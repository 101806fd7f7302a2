import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { PICTURE, readPassingPage } from './passing-page.ts';

/** An answer with its address. */
export interface Page {
  address: string;
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** The headers of a navigation that a person begins, as Chromium sends them. */
export const NAVIGATION = {
  accept: 'text/html,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

/** The headers of a script of the same origin, as Chromium sends them. */
export const FETCH = {
  accept: '*/*',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
} as const;

interface Sent {
  method?: string;
  headers?: Readonly<Record<string, string>>;
}

interface Cookie {
  host: string;
  path: string;
  name: string;
  value: string;
}

/** A client that keeps cookies by host and path. Every hostname leads to this machine. It does not know sites: a test names them. */
export class HttpBrowser {
  readonly cookies: Cookie[] = [];
  readonly #loses: (name: string) => boolean;
  /** All answers so far. */
  readonly pages: Page[] = [];

  /** @param loses whether the browser does not keep a cookie of this name */
  constructor(loses: (name: string) => boolean = () => false) {
    this.#loses = loses;
  }

  /** Sends one request, and keeps the cookies of the answer. */
  async send(address: string, { method = 'GET', headers = {} }: Sent = {}): Promise<Page> {
    const { hostname, port, host, pathname, search } = new URL(address);
    const fitting = this.cookies.filter((each) => each.host === hostname && pathname.startsWith(each.path));
    const cookie = fitting.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const sent = { host, ...(cookie === '' ? {} : { cookie }), ...headers };
      const options = {
        host: '127.0.0.1',
        port,
        path: pathname + search,
        method,
        headers: sent,
        agent: false,
      };
      request(options, resolve).once('error', reject).end();
    });
    for (const line of response.headers['set-cookie'] ?? []) this.#keep(hostname, line);
    const { statusCode: status = 0 } = response;
    const page = { address, status, headers: response.headers, body: await readText(response) };
    this.pages.push(page);
    return page;
  }

  /** The value of a cookie that a hostname has; `''` without one. */
  cookie(hostname: string, name: string): string {
    return this.cookies.find((each) => each.host === hostname && each.name === name)?.value ?? '';
  }

  /** Opens an address as a person does, follows redirects, and goes on from a page that loads a picture. */
  async open(address: string, sent: Sent = {}): Promise<Page> {
    let page = await this.send(address, { ...sent, headers: { ...NAVIGATION, ...sent.headers } });
    for (let steps = 0; steps < 20; steps++) {
      const passing = readPassingPage(page.body);
      if (passing !== undefined) await this.send(passing.picture, { headers: PICTURE });
      const next = page.headers['location'] ?? passing?.next;
      if (next === undefined) return page;
      page = await this.send(new URL(String(next), page.address).href, { headers: NAVIGATION });
    }
    throw new Error(`too many redirects, the last one to ${page.address}`);
  }

  #keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const attribute = (name: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const path = attribute('path') ?? '/';
    const name = pair.slice(0, pair.indexOf('='));
    const at = this.cookies.findIndex(
      (each) => each.host === host && each.path === path && each.name === name,
    );
    if (at >= 0) this.cookies.splice(at, 1);
    const isGone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
    if (!isGone && !(host.endsWith('localhost') && this.#loses(name)))
      this.cookies.push({ host, path, name, value: pair.slice(pair.indexOf('=') + 1) });
  }
}

/** As a browser does, it decodes a body. */
async function readText(response: IncomingMessage): Promise<string> {
  const body = await buffer(response);
  return String(response.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
}
