import { handle } from '../../../../edge/concierge/concierge.ts';
import type { Desk } from '../../../../edge/concierge/desk.ts';
import { PICTURE, readPassingPage } from '../../../support/stands/sign-in/passing-page.ts';

/** One step of a navigation: the address, and the answer's status and state. */
interface Step {
  url: string;
  status: number;
  state: string;
}

/** The end of a navigation. */
export interface Page {
  url: string;
  status: number;
  /** `x-proxy-state`, or `app` for a path that is not an endpoint's. */
  state: string;
  body: string;
  headers: Headers;
  steps: readonly Step[];
}

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };

interface Sent {
  method?: string;
  headers?: Record<string, string>;
}

/**
 * A browser with cookies for each host, in front of the concierge: an address below the base domain that is not an endpoint's is an
 * app, which the browser has reached. Every other address is asked over HTTP.
 */
export class Browser {
  readonly #desk: Desk;
  readonly #jars = new Map<string, Jar>();
  /** Hosts for which the browser keeps no cookies. */
  readonly blocked = new Set<string>();
  loadsPictures = true;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  cookies(host: string): Jar {
    const jar = this.#jars.get(host) ?? new Map();
    this.#jars.set(host, jar);
    return jar;
  }

  /** Opens an address, follows redirects, at most twenty as Chromium does, and goes on from a page that loads a picture. */
  async open(address: string, { follow = 20 } = {}): Promise<Page> {
    const steps: Step[] = [];
    for (let url = address; ; ) {
      const response = await this.send(url, { headers: NAVIGATION });
      const { status, headers } = response;
      const state = headers.get('x-proxy-state') ?? '';
      steps.push({ url, status, state });
      const location = headers.get('location');
      const body = await response.text();
      const passing = readPassingPage(body);
      const next = location ?? passing?.next;
      if (next === undefined || steps.length > follow) return { url, status, state, body, headers, steps };
      if (steps.length > 20) throw new Error(`too many redirects: ${JSON.stringify(steps.slice(-4))}`);
      if (passing !== undefined && this.loadsPictures) {
        const picture = await this.send(passing.picture, { headers: PICTURE });
        const { status, headers } = picture;
        steps.push({ url: passing.picture, status, state: headers.get('x-proxy-state') ?? '' });
      }
      url = new URL(next, url).href;
    }
  }

  /** Follows redirects until the next address, or that of a picture, has a part, and gives that address without opening it. */
  async openUntil(part: string, address: string): Promise<string> {
    let url = address;
    for (let step = 0; step < 20 && !url.includes(part); step++) {
      const response = await this.send(url, { headers: NAVIGATION });
      const body = await response.text();
      const location = response.headers.get('location') ?? readPassingPage(body)?.picture;
      if (location === undefined) throw new Error(`no redirect at ${url}: ${response.status} ${body}`);
      url = new URL(location, url).href;
    }
    return url;
  }

  /** Sends one request with the cookies of its host, and keeps the cookies of the answer. */
  async send(address: string, { method = 'GET', headers = {} }: Sent = {}): Promise<Response> {
    const { hostname, pathname, host } = new URL(address);
    const jar = this.cookies(hostname);
    const cookie = [...jar]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
    const all = { ...headers, ...(cookie === '' ? {} : { cookie }) };
    const isOurs = hostname.endsWith('dev.example.com');
    const response = !isOurs
      ? await fetch(address, { method, headers: all, redirect: 'manual' })
      : pathname.startsWith('/_proxy/api/')
        ? await handle(new Request(address, { method, headers: all }), this.#desk)
        : new Response(`the app at ${host}`, { headers: { 'x-proxy-state': 'app' } });
    if (!this.blocked.has(hostname)) for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }
}

/** The cookies of a host by name, and by path unless it is `/`. A partitioned one is beside that of the same name. */
type Jar = Map<string, { value: string; path: string }>;

function keep(jar: Jar, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', ...rest] = pair.split('=');
  const [, path = '/'] = /;\s*path=([^;]*)/i.exec(line) ?? [];
  const partition = attributes.includes('Partitioned') ? ' Partitioned' : '';
  const key = path === '/' ? `${name}${partition}` : `${name} ${path}`;
  if (attributes.some((each) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(each))) jar.delete(key);
  else jar.set(key, { value: rest.join('='), path });
}
