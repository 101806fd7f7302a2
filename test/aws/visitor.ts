import { PICTURE, readPassingPage } from '../support/stands/sign-in/passing-page.ts';
import type { Run } from './run.ts';
import type { Reply } from './world.ts';

/** One answer on the way. */
export interface Stop {
  url: string;
  reply: Reply;
}

/**
 * A browser of a person: it keeps cookies by hostname, follows redirects, at most twenty as Chromium does, and goes on from a page that
 * loads a picture.
 */
export class Visitor {
  readonly #run: Run;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Opens an address: the page, and the answers before it. */
  async open(address: string): Promise<{ page: Stop; before: readonly Stop[] }> {
    const before: Stop[] = [];
    for (let url = address; before.length <= 20; ) {
      this.#run.interrupted.throwIfAborted();
      const reply = await this.#ask(new URL(url), NAVIGATION);
      const passing = readPassingPage(reply.body);
      const isRedirect = reply.status >= 300 && reply.status <= 399;
      const next = passing?.next ?? (isRedirect ? reply.headers['location'] : undefined);
      if (next === undefined) return { page: { url, reply }, before };
      before.push({ url, reply });
      if (passing !== undefined) {
        const { picture } = passing;
        before.push({ url: picture, reply: await this.#ask(new URL(picture), PICTURE) });
      }
      url = new URL(next, url).href;
    }
    throw new Error(`more than twenty redirects, the last one at ${before.at(-1)?.url.split('?')[0]}`);
  }

  /** One request of a script on a page of the same origin. It follows no redirect. */
  read(address: string): Promise<Reply> {
    return this.#ask(new URL(address), SCRIPT);
  }

  async #ask(url: URL, sent: Readonly<Record<string, string>>): Promise<Reply> {
    const { world, edge, options } = this.#run;
    const jar = this.#jars.get(url.hostname) ?? new Map<string, string>();
    this.#jars.set(url.hostname, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...sent, ...(cookie === '' ? {} : { cookie }) };
    const isOurs = `.${url.hostname}`.endsWith(`.${options.baseDomain}`);
    const reply = isOurs
      ? await world.ask(edge, { host: url.host, path: url.pathname + url.search, headers })
      : await world.visit(url.href, headers);
    for (const line of reply.cookies ?? []) keep(jar, line);
    return reply;
  }
}

/** The headers by which the router knows the navigation of a person. */
export const NAVIGATION = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

const SCRIPT = {
  accept: '*/*',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'same-origin',
  'sec-fetch-site': 'same-origin',
} as const;

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const name = pair.slice(0, pair.indexOf('=')).trim();
  if (/;\s*max-age=0\b/i.test(line)) jar.delete(name);
  else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim());
}
