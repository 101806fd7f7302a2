import { anyText, Fault, number, objectWith, parseDocument } from '../../core/schema.ts';
import { isState } from './probes/edge.ts';
import type { Run } from './run.ts';
import { Visitor } from './visitor.ts';
import type { Reply } from './world.ts';

/** The time limit of a viewer who waits, and the pause between two questions: that of a page that waits, in its first minute. */
const PATIENCE_MS = 5 * 60_000;
const PAUSE_MS = 1_000;

/** A signed-in person who has opened an app, in a browser of their own. */
export class Watcher {
  readonly #run: Run;
  readonly #visitor: Visitor;
  readonly #origin: string;
  /** The last page of the app. */
  #shown: Reply;

  private constructor(run: Run, visitor: Visitor, origin: string, shown: Reply) {
    this.#run = run;
    this.#visitor = visitor;
    this.#origin = origin;
    this.#shown = shown;
  }

  /** Opens an app, and signs in on the way. */
  static async open(run: Run, label: string): Promise<Watcher> {
    const visitor = new Visitor(run);
    const origin = `https://${run.to(label).host}`;
    return new Watcher(run, visitor, origin, await openAt(visitor, origin, '/'));
  }

  /** Reloads each second. Returns the time of the page. */
  reload(isSeen: (page: Reply) => boolean): Promise<number> {
    return this.#until(isSeen, async () => {
      this.#shown = await openAt(this.#visitor, this.#origin, '/');
    });
  }

  /** Does as a page that waits (portal/errors/wait.js): asks for the newest state, and goes through the concierge once for each change. */
  follow(isSeen: (page: Reply) => boolean): Promise<number> {
    const went = new Set<number>();
    return this.#until(isSeen, async () => {
      const news = await this.#readNews();
      if (news === undefined || isState(news.state)(this.#shown) || news.state === 'unchanged') return;
      const mayGo = news.state !== 'changed' && !went.has(news.sequence);
      went.add(news.sequence);
      this.#shown = await openAt(this.#visitor, this.#origin, mayGo ? ARRIVE : '/');
    });
  }

  /** Reloads each second, and reads the newest state on a page for 502, as that page does. Returns the time of the first honest answer. */
  reloadForReason(state: string): Promise<number> {
    let told = '';
    return this.#until(
      (page) => isState(state)(page) || told === state,
      async () => {
        this.#shown = await openAt(this.#visitor, this.#origin, '/');
        if ([502, 504].includes(this.#shown.status)) told = (await this.#readNews())?.state ?? '';
      },
    );
  }

  async #until(isSeen: (page: Reply) => boolean, ask: () => Promise<void>): Promise<number> {
    const { world, interrupted } = this.#run;
    const began = world.now();
    while (!isSeen(this.#shown)) {
      interrupted.throwIfAborted();
      if (world.now() - began > PATIENCE_MS)
        throw new Error(
          `not seen within ${PATIENCE_MS / 60_000} min; the last page was ${describe(this.#shown)}`,
        );
      await world.sleep(PAUSE_MS);
      await ask();
    }
    return world.now();
  }

  /** The newest state by the concierge; undefined without an answer. */
  async #readNews(): Promise<{ state: string; sequence: number } | undefined> {
    const { status, body } = await this.#visitor.read(`${this.#origin}/_proxy/api/status`);
    const news = status === 200 ? parseDocument(body, NEWS) : undefined;
    return news instanceof Fault ? undefined : news;
  }
}

const NEWS = objectWith<{ state: string; sequence: number }>({ state: anyText, sequence: number });

const ARRIVE = '/_proxy/api/arrive?to=%2F';

/** The page at a path of the app. */
async function openAt(visitor: Visitor, origin: string, path: string): Promise<Reply> {
  const { page } = await visitor.open(origin + path);
  const { origin: reached } = new URL(page.url);
  if (reached !== origin)
    throw new Error(`the way to ${origin} ends at ${reached}, with ${page.reply.status}`);
  return page.reply;
}

function describe({ status, headers }: Reply): string {
  return `${status} ${headers['x-proxy-state'] ?? ''}`;
}
