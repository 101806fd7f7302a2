import { hintAtEdge, originAtEdge } from '../../../core/access/edge-check.ts';
import { isGated } from '../../../core/entry/access.ts';
import { decodeEntry, isServing } from '../../../core/entry/entry.ts';
import { decodeMark, deploymentOf } from '../../../core/entry/mark.ts';
import type { Mac } from '../../../core/session/signed.ts';
import { HINT_COOKIE, KEYS_KEY, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { nameIn } from '../../support/values/instances.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { admittedBy } from '../judge/access.ts';
import { keyAt, lookUp } from '../sign-in/look-up.ts';
import type { Place, Reply, Sent } from './place.ts';
import type { TruthHistory } from './truth-history.ts';

/** Seconds for which a hint may last: with an address, and without one (docs/inside/fresh-routes.md). */
const LIFE = { app: 45, other: 90 };

/** `1.END.SEQUENCE.ACCESS~PORT~ADDRESS~INSTANCE.MAC`, or with a letter in place of the port and all after it. */
const TEXT = /^1\.\d{10}\.(\d{11})\.([^~]+)~([^~.]+)(?:~([^~]+)~[^~.]+)?\.[\da-f]{64}$/;

/** Milliseconds for which the concierge may know an older truth, and round its clock. */
const MEMORY = 2_000;

/** A hint that a browser got from the concierge, also after its end. */
export interface GivenHint {
  host: string;
  text: string;
  /** Epoch milliseconds. */
  endsAt: number;
  /** The number of the write that it tells of. */
  sequence: number;
  /** The address to which it leads; undefined for a state. */
  address: string | undefined;
  /** The state of the page that it leads to; undefined for an app. */
  state: string | undefined;
}

/** Counts of a history: without them a law holds because it is never tried. */
export interface HintCounts {
  /** Hints that led to an app, to a page of a state, and to no entry. */
  app: number;
  closed: number;
  gone: number;
  /** Hints that an edge ignored: past their end, not newer than its entry, of another hostname. */
  ended: number;
  old: number;
  foreign: number;
}

/** Judges each request with a hint by the store, the truth and the clock. */
export class HintJudge {
  readonly counts: HintCounts = { app: 0, closed: 0, gone: 0, ended: 0, old: 0, foreign: 0 };
  readonly #timeline: Timeline;
  readonly #truth: TruthHistory;
  readonly #mac: Mac;
  readonly #given = new Map<string, GivenHint>();
  /** `hostname number` → the value that the updater wrote. Another writer may spoil it under the same number. */
  readonly #written = new Map<string, string>();
  /** Hostname → the addresses of its last value, and when each earlier one left it. */
  readonly #served = new Map<string, readonly string[]>();
  readonly #takenAt = new Map<string, number>();

  constructor(timeline: Timeline, truth: TruthHistory, mac: Mac) {
    this.#timeline = timeline;
    this.#truth = truth;
    this.#mac = mac;
  }

  get given(): readonly GivenHint[] {
    return [...this.#given.values()];
  }

  /** The store has changed. */
  noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    for (const [host, value] of changed) {
      // A person who deletes an entry by hand takes no address from an app: the next sweep writes it again.
      if (value === undefined || deploymentOf(value) !== ENVIRONMENT.deployment) continue;
      const write = `${host} ${sequenceOf(value)}`;
      if (this.#written.has(write)) continue;
      this.#written.set(write, value);
      const addresses = addressesOf(value);
      for (const address of this.#served.get(host) ?? [])
        if (!addresses.includes(address)) this.#takenAt.set(`${host} ${address}`, this.#timeline.now);
      for (const address of addresses) this.#takenAt.delete(`${host} ${address}`);
      this.#served.set(host, addresses);
    }
  }

  /** The concierge has given a hint. Returns why it must not have; undefined if it may. */
  noteGiven({ host, cookies }: Sent, text: string, seconds: number): string | undefined {
    const [, digits = '', access = '', word = '', name] = TEXT.exec(text) ?? [];
    const isApp = /^\d+$/.test(word);
    const address = isApp ? name?.replace('6:', '') : undefined;
    const endsAt = this.#timeline.now + 1_000 * seconds;
    const state = isApp ? undefined : STATES[word];
    this.#given.set(text, { host, text, endsAt, sequence: Number(digits), address, state });
    const longest = isApp ? LIFE.app : LIFE.other;
    if (seconds > longest) return `a hint for ${host} lasts for ${seconds} s`;
    const [, , known = '0', , , level] = cookies.get(SESSION_COOKIE)?.split('.') ?? [];
    const isAllowed =
      access === 'o' || (level === '0' && Number(known) >= Number.parseInt(access.slice(1), 36));
    return isAllowed ? undefined : `a session of number ${known} gets the hint ${text}`;
  }

  /**
   * Why an edge must not have answered a request like this; undefined if it may.
   *
   * @param without its answer to the same request without the hint: if it is another one, the edge has honoured the hint
   */
  faultOf({ edge }: Place, { host, cookies }: Sent, reply: Reply, without: Reply): string | undefined {
    const text = cookies.get(HINT_COOKIE);
    if (text === undefined) return undefined;
    const hint = this.#given.get(text);
    const own = edge.read(host);
    const is = `${textOf(reply)} instead of ${textOf(without)} at ${host}, whose entry is ${own} at an edge of ${edge.delay} ms`;
    const isHonoured = textOf(reply) !== textOf(without);
    if (hint === undefined) return isHonoured ? `a forged hint has an effect: ${is}` : undefined;
    const isEnded = this.#timeline.now >= hint.endsAt;
    const isOld = own !== undefined && hint.sequence <= sequenceOf(own);
    if (!isHonoured) {
      if (isEnded) this.counts.ended += 1;
      else if (hint.host !== host) this.counts.foreign += 1;
      else if (isOld) this.counts.old += 1;
      const mustCount = !isEnded && !isOld && hint.host === host && this.#isUsable(edge.read, hint);
      const isMissed =
        mustCount && isWithoutEffect(hint, reply, lookUp(edge.read, keyAt(host, 1) ?? '').value);
      return isMissed ? `a hint that counts has no effect: ${is}` : undefined;
    }
    if (hint.host !== host) return `a hint for ${hint.host} has an effect at another hostname: ${is}`;
    if (isEnded) return `a hint has an effect after its end: ${is}`;
    if (isOld) return `a hint (${hint.sequence}) that is not newer than the entry has an effect: ${is}`;
    if (reply.app !== undefined && hint.address !== undefined) {
      this.counts.app += 1;
      return this.#appFault(hint, reply.app, is);
    }
    const isGone = hint.state === 'unknown';
    this.counts[isGone ? 'gone' : 'closed'] += 1;
    return reply.app !== undefined && !isGone ? `a hint of a state leads to an app: ${is}` : undefined;
  }

  /** An app that a hint leads to is the one of that write, for the viewers of that write, and nowhere it has been taken away from. */
  #appFault({ host, sequence }: GivenHint, app: NonNullable<Reply['app']>, is: string): string | undefined {
    const { now } = this.#timeline;
    const value = this.#written.get(`${host} ${sequence}`) ?? '';
    const entry = decodeEntry(value);
    if (entry === undefined || !isServing(entry))
      return `a hint leads to an app, and the store had ${value}: ${is}`;
    const [target, ...others] = entry.instances;
    const isPlain = others.length === 0 && plainPortOf(value) === app.port;
    if (!isPlain || nameIn(target?.address) !== app.address)
      return `a hint leads to ${app.address}:${app.port}, and the store had ${value}: ${is}`;
    if (entry.token !== (app.token ?? '')) return `a hint gives ${host} the token ${app.token}: ${is}`;
    if (isGated(entry.access) && !this.#isAdmittedSince(host, sequence, app.user))
      return `a hint admits ${app.user}, whom neither the entry ${value} nor a later one admits: ${is}`;
    if (now / 1_000 >= (entry.expiresAt ?? Number.POSITIVE_INFINITY))
      return `a hint leads to an app after the end of its route: ${is}`;
    const longest = 1_000 * LIFE.app + MEMORY;
    if (!this.#truth.hasLed(host, app.address, now - longest))
      return `a hint leads to ${app.address}, which the truth did not have within its life: ${is}`;
    if (now > (this.#takenAt.get(`${host} ${app.address}`) ?? now) + longest)
      return `a hint leads to ${app.address}, which was taken from ${host} long ago: ${is}`;
    return undefined;
  }

  /** Whether a write or a later one admits a person: a session for the newest rule is good at an older one while the store spreads. */
  #isAdmittedSince(host: string, sequence: number, user: string | undefined): boolean {
    return [...this.#written].some(([name, value]) => {
      const access =
        name.startsWith(`${host} `) && sequenceOf(value) >= sequence && decodeEntry(value)?.access;
      return access && admittedBy(access).some((viewer) => viewer.user === user);
    });
  }

  /** Whether an edge can check a hint, and compute the token of an app. */
  #isUsable(read: Place['edge']['read'], { host, text, address }: GivenHint): boolean {
    const keys = read(KEYS_KEY) ?? '';
    const isMac = (key: string, signed: string, mac: string) => this.#mac(key, signed) === mac;
    const scope = { deployment: ENVIRONMENT.deployment, host };
    const now = Math.floor(this.#timeline.now / 1_000);
    const isKnown = hintAtEdge(text, { keys, scope, now, isMac }) !== undefined;
    return isKnown && (address === undefined || originAtEdge(keys) !== undefined);
  }
}

/**
 * Whether a reply is another one than that of a hint that counts.
 *
 * @param above the value of a wildcard, which takes the place of a hostname that is gone
 */
function isWithoutEffect(hint: GivenHint, { app, header }: Reply, above: string | undefined): boolean {
  const state = header('x-proxy-state');
  if (hint.state === 'unknown' && above !== undefined) return false;
  if (app !== undefined) return app.address !== hint.address;
  return state !== undefined && !BEFORE_THE_ENTRY.includes(state) && state !== hint.state;
}

/** The states of letters. */
export const STATES: Readonly<Record<string, string>> = {
  ...{ S: 'starting', A: 'asleep', W: 'waking', M: 'maintenance', C: 'conflict', G: 'unknown' },
};

/** Answers that come before the router looks at the entry. */
const BEFORE_THE_ENTRY = ['not signed in', 'other site', 'fault'];

/** All that a viewer and an app notice of a reply. */
export function textOf({ status, header, app }: Reply): string {
  if (app !== undefined) return `${app.address}:${app.port} for ${app.user} with ${app.token}`;
  return `${status} ${header('x-proxy-state') ?? header('location') ?? ''}`;
}

/** The number of a value; a value without one is older than every hint. */
function sequenceOf(value: string): number {
  return decodeMark(value.split(' ').at(-1))?.sequence ?? 0;
}

/** The port of an entry that has one port for all requests. */
function plainPortOf(value: string): number | undefined {
  const head: unknown = JSON.parse(value.split(' ')[2] ?? '');
  const [port, , , , , isDraining]: unknown[] = Array.isArray(head) ? head : [head];
  return typeof port === 'number' && isDraining === undefined ? port : undefined;
}

function addressesOf(value: string): string[] {
  const entry = decodeEntry(value);
  return entry && isServing(entry) ? entry.instances.map(({ address }) => nameIn(address)) : [];
}
