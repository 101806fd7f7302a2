import { parseAccessFile } from '../../../core/entry/access-file.ts';
import { Fault } from '../../../core/schema.ts';
import { keyGenerations } from '../../../core/session/key-generations.ts';
import { type Mac, sign } from '../../../core/session/signed.ts';
import { parseUser } from '../../../core/session/user.ts';
import { WHO } from '../../../core/session/who.ts';
import { HINT_COOKIE, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { type Cloud, ENVIRONMENT, SESSION_SECRET } from '../cloud/cloud.ts';
import { PEOPLE, type Viewer } from '../judge/access.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { ACCESS_FILE, derive, type HeldSession } from '../sign-in/concierge.ts';
import { openEdge, SPREAD } from '../sign-in/edges.ts';
import { LABELS } from '../story/action.ts';
import { mixed, Random, textHash } from '../story/random.ts';
import { Browser, type BrowserWitness } from './browser.ts';
import { BuiltConcierge, type loadConcierge } from './built-concierge.ts';
import { FreshnessJudge } from './freshness.ts';
import { type GivenHint, type HintCounts, HintJudge, textOf } from './hint-judge.ts';
import { Place, type Reply, type Sent } from './place.ts';
import { Tab } from './tab.ts';
import { TruthHistory } from './truth-history.ts';

/** Visits of one history, at most. */
const MOST_VISITS = 20;

/** Seconds of a sign-in. */
const SIGN_IN = 28_800;

/** Milliseconds between two looks of the judge at an open tab. */
const LOOK = 1_000;

export interface VisitorParts {
  cloud: Cloud;
  seed: number;
  mac: Mac;
  bundle: Awaited<ReturnType<typeof loadConcierge>>;
  /** Sessions that people got at other times. */
  sessions: () => readonly HeldSession[];
  report(fault: string | undefined): void;
  trace(line: () => string): void;
}

/** Counts of a history. */
export interface VisitCounts extends HintCounts {
  visits: number;
  /** Pages that waited at a late edge, and opened the app by a hint. */
  opened: number;
  /** Visits to an app below a wildcard. */
  below: number;
}

/** The visitors of a history with sign-in: they come soon after a change, at edges that do not know it yet. */
export class Visitors implements BrowserWitness {
  readonly truth: TruthHistory;
  readonly hints: HintJudge;
  readonly freshness: FreshnessJudge;
  readonly #parts: VisitorParts;
  readonly #places: readonly Place[];
  readonly #browsers = new Map<string, Browser>();
  #visits = 0;
  #below = 0;

  constructor(parts: VisitorParts) {
    const { cloud, bundle, mac, seed } = parts;
    const { timeline, kvs } = cloud;
    this.#parts = parts;
    this.truth = new TruthHistory(timeline);
    this.hints = new HintJudge(timeline, this.truth, mac);
    this.freshness = new FreshnessJudge(cloud, this.truth);
    const random = new Random(mixed(seed, textHash('places')));
    const onFault = () => {
      this.freshness.faultAt = timeline.now;
    };
    const delays = [random.between(500, 4_000), random.between(8_000, SPREAD), SPREAD];
    this.#places = delays.map((delay) => {
      const concierge = new BuiltConcierge(bundle, cloud, onFault);
      return new Place(openEdge(kvs, timeline, Math.round(delay)), concierge, timeline);
    });
  }

  get counts(): VisitCounts {
    return { ...this.hints.counts, visits: this.#visits, opened: this.freshness.opened, below: this.#below };
  }

  /** The store has changed. */
  noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    this.hints.noteWrite(changed);
    const names = [...changed].filter(([key]) => key.endsWith(`.${BASE_DOMAIN}`));
    for (const [host, value] of names) {
      const random = this.#random(`change of ${host}`);
      this.#replayAfterChange(host, value === undefined);
      // An app that appears is worth more visits than a state.
      const interest = / ec2-| 6:/.test(value ?? '') ? 0.7 : 0.25;
      if (!random.chance(interest)) continue;
      const name = host.replace('*', random.pick(['a', 'b']));
      // When the tombstone is gone everywhere, an edge has nothing to compare with a hint.
      const soon = value === undefined ? 2 * SPREAD : 4_000;
      this.#in(random.between(0, soon), () => this.#visit(name, random));
    }
  }

  onReply(place: Place, sent: Sent, reply: Reply, sentAt: number): void {
    const { report, trace } = this.#parts;
    trace(() => {
      const cookies = [...sent.cookies.keys()].map((name) => name.replace('__Host-proxy-', ''));
      return `${sent.host}${sent.target} with ${cookies} at ${place.edge.delay} ms: ${textOf(reply)} ${reply.setCookies.map((line) => line.slice(0, 80))}`;
    });
    if (reply.app && sent.host.split('.').length > 4) this.#below += 1;
    const found = reply.setCookies.map((line) => /^__Host-proxy-hint=([^;]+); Max-Age=(\d+)/.exec(line));
    const hint = found.find((each) => each !== null);
    if (hint) this.#noteGiven(place, sent, hint[1] ?? '', Number(hint[2]));
    if (sent.target === '/_proxy/api/status' && reply.status === 200)
      report(this.freshness.statusFault(sent.host, reply.body, sentAt));
    if (!sent.target.startsWith('/_proxy/') && sent.cookies.has(HINT_COOKIE))
      void this.#judge(place, sent, reply);
  }

  signIn({ user, groups, isDomainVouched }: Viewer): { name: string; value: string } | undefined {
    const { cloud, mac } = this.#parts;
    const list = parseAccessFile(cloud.s3.get(ACCESS_FILE)?.body ?? '');
    const current = cloud.secrets.find(SESSION_SECRET, 'AWSCURRENT');
    const previous = cloud.secrets.find(SESSION_SECRET, 'AWSPREVIOUS');
    const name = parseUser(user);
    if (list instanceof Fault || typeof current !== 'object' || name === undefined) return undefined;
    const now = Math.floor(cloud.timeline.now / 1_000);
    const { deployment } = ENVIRONMENT;
    const versions = typeof previous === 'object' ? { current, previous } : { current };
    const { current: key } = keyGenerations(versions, 'apex', { deployment, now, derive });
    const person = { endsAt: now + SIGN_IN, signedInAt: now, epoch: list.epoch, user: name };
    const subject = Buffer.from(user.padEnd(16)).toString('base64url').slice(0, 22);
    const who = { ...person, subject, isDomainVouched, groups: [...groups].sort() };
    const value = sign(WHO, who, { deployment, host: BASE_DOMAIN }, key, mac);
    return { name: '__Host-proxy-who', value };
  }

  /** A person opens an app, and waits for it in a tab. */
  #visit(host: string, random: Random): void {
    if (this.#visits >= MOST_VISITS) return;
    this.#visits += 1;
    const { timeline } = this.#parts.cloud;
    const { report } = this.#parts;
    const browser = this.#browser(random);
    const judge = (each: Tab) => report(this.freshness.faultOf(each));
    const tab = new Tab(browser, host, { timeline, hasScripts: random.chance(0.8), report, onShow: judge });
    timeline.busy += 1;
    // A person waits longer for an app that starts.
    const patience = { starting: random.between(5_000, 30_000), other: random.between(1_000, 6_000) };
    const openedAt = timeline.now;
    const look = () => {
      judge(tab);
      const isStarting = tab.state === 'starting' || tab.state === 'waking';
      const isOver = timeline.now > openedAt + patience[isStarting ? 'starting' : 'other'];
      if (tab.isOpen && !isOver) return timeline.in(LOOK, look);
      tab.isOpen = false;
      timeline.busy -= 1;
      return undefined;
    };
    timeline.in(LOOK, look);
    const target = random.chance(0.4) ? '/_proxy/api/arrive?to=%2F' : '/';
    void tab.go(target).catch((error: unknown) => report(String(error)));
  }

  /** Each person has a browser at each place, with its cookies; some browsers refuse those of apps. */
  #browser(random: Random): Browser {
    const keepsCookies = random.chance(0.9);
    // The same person comes again and again, so that sessions and hints get old.
    const viewer = random.pick(random.chance(0.5) ? PEOPLE.slice(0, 1) : PEOPLE);
    // Most visitors meet an edge that is late.
    const place = random.pick(random.chance(0.15) ? this.#places.slice(0, 1) : this.#places.slice(1));
    const name = `${viewer.user} ${place.edge.delay} ${keepsCookies}`;
    const parts = { timeline: this.#parts.cloud.timeline, witness: this };
    const browser = this.#browsers.get(name) ?? new Browser(place, viewer, keepsCookies, parts);
    this.#browsers.set(name, browser);
    return browser;
  }

  #noteGiven(place: Place, sent: Sent, text: string, seconds: number): void {
    const { host } = sent;
    this.#parts.report(this.hints.noteGiven(sent, text, seconds));
    const hint = this.hints.given.at(-1);
    const random = this.#random(`hint ${host}`);
    if (hint === undefined) return;
    // Again, at another hostname, after its end, and with another number.
    this.#in(random.between(0, 1_000 * seconds), () => this.#replay(hint, this.#placeOf(random), host));
    this.#in(random.between(100, 20_000), () =>
      this.#replay(hint, this.#placeOf(random), otherThan(host, random)),
    );
    this.#in(1_000 * seconds + random.between(0, 3_000), () => this.#replay(hint, place, host));
    const forged = {
      ...hint,
      text: text.replace(
        /^(1\.\d+\.)(\d+)/,
        (_, end, n) => `${end}${String(Number(n) + 1).padStart(n.length, '0')}`,
      ),
    };
    if (random.chance(0.3)) this.#in(200, () => this.#replay(forged, place, host));
  }

  /** Browsers send their hints again when an edge has a newer entry, or none any more. */
  #replayAfterChange(host: string, isDeleted: boolean): void {
    const { now } = this.#parts.cloud.timeline;
    const hints = this.hints.given.filter((hint) => hint.host === host);
    for (const place of this.#places) {
      const at = place.edge.delay + 10;
      for (const hint of hints.slice(-3))
        if (isDeleted || now + at < hint.endsAt) this.#in(at, () => this.#replay(hint, place, host));
    }
  }

  #replay({ text }: GivenHint, place: Place, host: string): void {
    const { cloud, sessions } = this.#parts;
    const held = sessions().findLast((session) => session.host === host)?.text;
    const own = [...this.#browsers.values()].map((each) => each.cookiesFor(host).get(SESSION_COOKIE));
    const session = own.findLast((each) => each !== undefined) ?? held;
    const cookies = new Map([[HINT_COOKIE, text], ...(session ? [[SESSION_COOKIE, session] as const] : [])]);
    const sent: Sent = { method: 'GET', host, target: '/', accept: 'text/html', cookies };
    cloud.timeline.busy += 1;
    void place.answer(sent).then((reply) => {
      cloud.timeline.busy -= 1;
      return this.#judge(place, sent, reply);
    });
  }

  /** Compares the reply with that to the same request without the hint. */
  async #judge(place: Place, sent: Sent, reply: Reply): Promise<void> {
    const cookies = new Map([...sent.cookies].filter(([name]) => name !== HINT_COOKIE));
    const { timeline } = this.#parts.cloud;
    timeline.busy += 1;
    const without = await place.answer({ ...sent, cookies });
    timeline.busy -= 1;
    this.#parts.report(this.hints.faultOf(place, sent, reply, without));
  }

  #placeOf(random: Random): Place {
    return random.pick(this.#places);
  }

  #in(delay: number, act: () => void): void {
    this.#parts.cloud.timeline.in(delay, act);
  }

  #random(what: string): Random {
    const { cloud, seed } = this.#parts;
    return new Random(mixed(seed, textHash(what), Math.floor(cloud.timeline.now / 1_000)));
  }
}

function otherThan(host: string, random: Random): string {
  return random.pick(LABELS.map((label) => `${label}.${BASE_DOMAIN}`).filter((other) => other !== host));
}
