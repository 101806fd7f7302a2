import type { Timeline } from '../cloud/timeline.ts';
import type { Viewer } from '../judge/access.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { PROVIDER } from './aws-answers.ts';
import { type Place, plainText, type Reply, type Sent } from './place.ts';

/** Redirects after which Chromium gives up. */
const MOST_REDIRECTS = 20;

/** Pages of the base domain that lead on by themselves, in one visit. Each is a sign-in. */
const MOST_PAGES = 4;

/** Milliseconds until an edge has answered. */
const TRIP = 20;

/** The hosts and cookies of one browser. */
type Jar = Map<string, Map<string, { value: string; endsAt: number }>>;

/** A reply at the end of all redirects, and the address that the browser shows. */
export interface Landing {
  host: string;
  target: string;
  reply: Reply;
}

/** The eyes of the judge on each request of a browser. */
export interface BrowserWitness {
  /** Called when a request is answered. */
  onReply(place: Place, sent: Sent, reply: Reply, sentAt: number): void;
  /** Signs the person in at the provider: the cookie of the base domain. Undefined if that is impossible now. */
  signIn(viewer: Viewer): { name: string; value: string } | undefined;
}

/** A person's browser at one place. */
export class Browser {
  readonly place: Place;
  readonly viewer: Viewer;
  /** Whether it keeps cookies of apps. It always keeps those of the base domain, as a person who signs in again and again does. */
  readonly keepsCookies: boolean;
  readonly #timeline: Timeline;
  readonly #witness: BrowserWitness;
  readonly #jar: Jar = new Map();

  constructor(
    place: Place,
    viewer: Viewer,
    keepsCookies: boolean,
    parts: { timeline: Timeline; witness: BrowserWitness },
  ) {
    this.place = place;
    this.viewer = viewer;
    this.keepsCookies = keepsCookies;
    this.#timeline = parts.timeline;
    this.#witness = parts.witness;
  }

  /** Opens an address and follows redirects. `endless` if they do not end. */
  async open(host: string, target: string): Promise<Landing | 'endless'> {
    let at = { host, target };
    let isSignedIn = false;
    let pages = 0;
    for (let redirects = 0; redirects <= MOST_REDIRECTS && pages <= MOST_PAGES; redirects++) {
      const reply = await this.send({ ...at, method: 'GET', accept: 'text/html' });
      const picture = /<img src="([^"]+)"/.exec(reply.body)?.[1];
      const location =
        reply.header('location') ?? (picture && /content="0;url=([^"]+)"/.exec(reply.body)?.[1]);
      if (location === undefined) return { ...at, reply };
      if (picture !== undefined) {
        const { hostname, pathname, search } = new URL(plainText(picture));
        await this.send({ method: 'GET', host: hostname, target: pathname + search, accept: 'image/*' });
        pages += 1;
        redirects = 0;
      }
      const next = new URL(plainText(location), `https://${at.host}${at.target}`);
      if (location.startsWith(PROVIDER)) {
        const who = this.#witness.signIn(this.viewer);
        // A person who comes back to the provider sees its page.
        if (who === undefined || isSignedIn) return { ...at, reply };
        this.#keep(BASE_DOMAIN, who.name, who.value, Number.POSITIVE_INFINITY);
        // The provider leads back, and the base domain sends the person on.
        isSignedIn = true;
        continue;
      }
      at = { host: next.hostname, target: next.pathname + next.search };
    }
    return 'endless';
  }

  async send(request: Omit<Sent, 'cookies'>): Promise<Reply> {
    const sent = { ...request, cookies: this.cookiesFor(request.host) };
    const { now } = this.#timeline;
    const reply = await this.place.answer(sent);
    for (const line of reply.setCookies) this.#take(request.host, line);
    this.#witness.onReply(this.place, sent, reply, now);
    await new Promise<void>((resolve) => this.#timeline.in(TRIP, resolve));
    return reply;
  }

  cookiesFor(host: string): ReadonlyMap<string, string> {
    const kept = [...(this.#jar.get(host) ?? [])].filter(([, { endsAt }]) => this.#timeline.now < endsAt);
    return new Map(kept.map(([name, { value }]) => [name, value]));
  }

  #take(host: string, line: string): void {
    const [, name = '', value = '', age = ''] = /^([^=]+)=([^;]*); Max-Age=(\d+);/.exec(line) ?? [];
    if (name === '') throw new Error(`a cookie without an age: ${line}`);
    if (this.keepsCookies || host === BASE_DOMAIN)
      this.#keep(host, name, value, this.#timeline.now + 1_000 * Number(age));
  }

  #keep(host: string, name: string, value: string, endsAt: number): void {
    const jar = this.#jar.get(host) ?? new Map();
    this.#jar.set(host, jar.set(name, { value, endsAt }));
  }
}
