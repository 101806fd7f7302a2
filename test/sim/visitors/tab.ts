import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import type { Timeline } from '../cloud/timeline.ts';
import type { Browser, Landing } from './browser.ts';
import { pathOf, plainText } from './place.ts';

const WAIT = readFileSync(new URL('../../../portal/errors/wait.js', import.meta.url), 'utf8');

/** The script of pages that wait, as a function of the globals that it uses. Without its import, which shows the facts of the page. */
const runScript = vm.compileFunction(WAIT.replace(/^void import\(.*\);$/m, ''), [
  'document',
  'location',
  'sessionStorage',
  'fetch',
  'setTimeout',
  'performance',
  'window',
]) as (...globals: readonly unknown[]) => void;

/** The tab is not a frame of another page. */
const WINDOW: { top?: object } = {};
WINDOW.top = WINDOW;

const SCRIPT = '<script src=/_proxy/errors/wait.js>';

/** A tab that moves so often within a short time is in a loop. */
const LOOP = { moves: 6, within: 2_000 };

/** One tab of a browser, from the first request until the person closes it. */
export class Tab {
  readonly browser: Browser;
  readonly host: string;
  /** Whether its scripts run. Without them a page refreshes itself. */
  readonly hasScripts: boolean;
  /** The page that it shows, or the app. Undefined while it loads. */
  landing: Landing | undefined;
  /** When the page was shown. */
  shownAt = 0;
  isOpen = true;
  /** Whether its session was older than the access rule at the last question. */
  isSignedOut = false;
  readonly #timeline: Timeline;
  readonly #report: (fault: string) => void;
  readonly #onShow: (tab: Tab) => void;
  readonly #storage = new Map<string, string>();
  readonly #moves: number[] = [];
  /** Whether its page came by a reload. */
  #isReload = false;

  constructor(
    browser: Browser,
    host: string,
    parts: {
      timeline: Timeline;
      hasScripts: boolean;
      report: (fault: string) => void;
      /** Called when it shows another page, or the app. */
      onShow: (tab: Tab) => void;
    },
  ) {
    this.browser = browser;
    this.host = host;
    this.hasScripts = parts.hasScripts;
    this.#timeline = parts.timeline;
    this.#report = parts.report;
    this.#onShow = parts.onShow;
  }

  /** The state of the page that it shows; undefined for an app, and while it loads. */
  get state(): string | undefined {
    const reply = this.landing?.reply;
    return reply?.app === undefined ? reply?.header('x-proxy-state') : undefined;
  }

  /** Whether it shows a page of the router that asks for news by itself. */
  get isWaiting(): boolean {
    const { landing } = this;
    if (!this.isOpen || landing?.host !== this.host || landing.reply.app !== undefined) return false;
    return landing.reply.body.includes(SCRIPT) && (this.hasScripts || this.#refresh !== undefined);
  }

  /** Seconds after which the page refreshes itself without scripts. */
  get refreshSeconds(): number | undefined {
    return this.#refresh?.seconds;
  }

  async go(target: string): Promise<void> {
    this.landing = undefined;
    const { now } = this.#timeline;
    this.#moves.push(now);
    const recent = this.#moves.filter((at) => at > now - LOOP.within);
    if (recent.length > LOOP.moves) return this.#fail(`a tab at ${this.host} moves without end`);
    const landing = await this.browser.open(this.host, target);
    if (landing === 'endless') return this.#fail(`the redirects of a visit to ${this.host} do not end`);
    if (!this.isOpen) return;
    this.landing = landing;
    this.shownAt = this.#timeline.now;
    this.#onShow(this);
    // The pages of the concierge have no script.
    if (landing.reply.app !== undefined || landing.host !== this.host) return;
    const refresh = this.#refresh;
    if (this.hasScripts && landing.reply.body.includes(SCRIPT)) this.#runScript(landing);
    else if (refresh !== undefined) this.#in(1_000 * refresh.seconds, () => this.#move(refresh.target));
  }

  /** The refresh that a page has for browsers without scripts. */
  get #refresh(): { seconds: number; target: string } | undefined {
    const body = this.landing?.reply.body ?? '';
    const [, seconds, target] = /http-equiv=refresh content="(\d+);url=([^"]+)"/.exec(body) ?? [];
    return seconds === undefined || target === undefined
      ? undefined
      : { seconds: Number(seconds), target: plainText(target) };
  }

  #runScript({ target, reply }: Landing): void {
    const [, title = ''] = /<h1>([^<]*)<\/h1>/.exec(reply.body) ?? [];
    const shownAt = this.#timeline.now;
    const isShown = () => this.isOpen && this.landing?.reply === reply;
    const element = { setAttribute: () => {}, append: () => {} };
    const [, signIn] = /<a href="([^"]*)" target=_top>/.exec(reply.body) ?? [];
    const elements: Record<string, object | null> = {
      h1: { textContent: title },
      main: element,
      'a[target=_top]': signIn === undefined ? null : { getAttribute: () => plainText(signIn) },
    };
    const type = this.#isReload ? 'reload' : 'navigate';
    const path = pathOf(target);
    runScript(
      {
        ...{ hidden: false, addEventListener: () => {} },
        querySelector: (name: string) => elements[name] ?? null,
        createElement: () => ({ ...element }),
      },
      {
        ...{ pathname: path, search: target.slice(path.length), hash: '' },
        replace: (to: string) => isShown() && this.#move(to),
        reload: () => isShown() && this.#move(target, true),
      },
      {
        getItem: (key: string) => {
          // As a browser that blocks cookies does.
          if (!this.browser.keepsCookies) throw new DOMException('denied', 'SecurityError');
          return this.#storage.get(key) ?? null;
        },
        setItem: (key: string, value: string) => this.#storage.set(key, value),
      },
      (url: string, options: { method?: 'HEAD'; headers?: { accept?: string } }) =>
        this.#fetch(url, options, isShown),
      (act: () => void, delay: number) => this.#in(delay, () => isShown() && act()),
      {
        now: () => this.#timeline.now - shownAt,
        getEntriesByType: () => [{ toJSON: () => ({ type }) }],
      },
      WINDOW,
    );
  }

  async #fetch(
    target: string,
    { method = 'GET', headers = {} }: { method?: 'GET' | 'HEAD'; headers?: { accept?: string } },
    isShown: () => boolean,
  ) {
    const accept = headers.accept ?? '*/*';
    const reply = await this.browser.send({ method, host: this.host, target, accept });
    if (target === '/_proxy/api/status') this.isSignedOut = reply.status === 401;
    // A page that is gone hears nothing.
    if (!isShown()) return new Promise<never>(() => {});
    return {
      status: reply.status,
      headers: { get: (name: string) => reply.header(name) ?? null },
      json: async () => JSON.parse(reply.body),
    };
  }

  #move(address: string, isReload = false): void {
    this.#isReload = isReload;
    const { pathname, search } = new URL(address, `https://${this.host}`);
    void this.go(pathname + search).catch((error: unknown) => this.#fail(String(error)));
  }

  #in(delay: number, act: () => void): void {
    this.#timeline.in(delay, () => this.isOpen && act());
  }

  #fail(fault: string): void {
    this.isOpen = false;
    this.#report(fault);
  }
}
