import type { Run } from './run.ts';
import type { Reply } from './world.ts';

/** One answer on the way. */
export interface Stop {
  url: string;
  reply: Reply;
}

/** A browser of a person: it keeps cookies by hostname and follows redirects, at most twenty as Chromium does. */
export class Visitor {
  readonly #run: Run;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Opens an address: the page, and the redirects before it. */
  async open(address: string): Promise<{ page: Stop; redirects: readonly Stop[] }> {
    const redirects: Stop[] = [];
    for (let url = address; redirects.length <= 20; ) {
      this.#run.interrupted.throwIfAborted();
      const reply = await this.#ask(new URL(url), NAVIGATION);
      const { location } = reply.headers;
      if (location === undefined || reply.status < 300 || reply.status > 399)
        return { page: { url, reply }, redirects };
      redirects.push({ url, reply });
      url = new URL(location, url).href;
    }
    throw new Error(`more than twenty redirects, the last one at ${redirects.at(-1)?.url.split('?')[0]}`);
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
