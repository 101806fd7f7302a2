import { hasKeys, originAtEdge } from '../../../core/access/edge-check.ts';
import { isGated } from '../../../core/entry/access.ts';
import { parseAccessFile } from '../../../core/entry/access-file.ts';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { decodeMark } from '../../../core/entry/mark.ts';
import type { Change } from '../../../core/live/change.ts';
import { Fault } from '../../../core/schema.ts';
import { FIRST_KEY, KEY_LENGTH, KEYS_KEY } from '../../../core/wire/session.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { admittedBy } from '../judge/access.ts';
import { ACCESS_FILE } from '../sign-in/concierge.ts';
import { STATES } from './hint-judge.ts';
import type { Tab } from './tab.ts';
import type { TruthHistory } from './truth-history.ts';

/** Milliseconds in which a page that waits opens the app: its question each second, the concierge's memory of a second, and the way there. */
const DUE = 4_000;

/** Seconds for which the truth has a change. */
const KEPT = 240;

/** Milliseconds until a page whose session is too old may get another one for the second time. */
const AGAIN = 5_000;

/** Milliseconds for which the concierge may remember a truth, its question, and the way of the answer. */
const MEMORY = 1_200;

/** States about which a page asks each second. About others it asks at once, and then seldom. */
const UNTIL_READY = ['asleep', 'starting', 'waking', 'maintenance', 'draining', 'unreadable', 'fault'];

/** Judges that news reach viewers soon, however late their edge is. */
export class FreshnessJudge {
  /** Tabs that waited at a late edge, and got the app by a hint. */
  opened = 0;
  /** When the concierge last had no answer of a service. */
  faultAt = Number.NEGATIVE_INFINITY;
  readonly #cloud: Cloud;
  readonly #truth: TruthHistory;
  readonly #owedSince = new Map<Tab, number>();

  constructor(cloud: Cloud, truth: TruthHistory) {
    this.#cloud = cloud;
    this.#truth = truth;
  }

  /** Why the concierge must not tell this state; undefined if the truth had it a moment ago. */
  statusFault(host: string, body: string, askedAt: number): string | undefined {
    const { state, sequence }: { state: string; sequence: number } = JSON.parse(body);
    const versions = this.#truth.since(host, askedAt - MEMORY);
    const now = Math.floor(askedAt / 1_000);
    // The concierge may not know the viewer's rule or the wildcard yet, or the change fits into no hint.
    const isTrue = versions.some((change) => {
      if (change === undefined || now - change.at >= KEPT - 2) if (state === 'unchanged') return true;
      if (change === undefined || change.sequence !== sequence) return false;
      return state === 'changed' || state === stateOf(change);
    });
    if (isTrue) return undefined;
    return `status says ${body} about ${host}, and the truth had ${JSON.stringify(versions)}`;
  }

  /** Looks at a tab, some times a second. Returns why it must not still wait; undefined if it may. */
  faultOf(tab: Tab): string | undefined {
    const { now } = this.#cloud.timeline;
    if (tab.landing?.reply.app !== undefined && this.#owedSince.delete(tab)) this.opened += 1;
    if (!this.#isOwed(tab)) {
      if (tab.landing !== undefined) this.#owedSince.delete(tab);
      return undefined;
    }
    const since = this.#owedSince.get(tab) ?? now;
    this.#owedSince.set(tab, since);
    const pause = tab.hasScripts ? AGAIN : 1_000 * (tab.refreshSeconds ?? 0);
    if (now <= since + DUE + (tab.hasScripts && !tab.isSignedOut ? 0 : pause)) return undefined;
    const { host, browser } = tab;
    return `${browser.viewer.user} waits for ${host} for ${now - since} ms at an edge of ${browser.place.edge.delay} ms, and the truth is ${JSON.stringify(this.#truth.current(host))}`;
  }

  /** Whether a page waits at an edge that does not know the app yet, and the truth does. */
  #isOwed(tab: Tab): boolean {
    const { host, browser, isWaiting } = tab;
    const { timeline, kvs, s3 } = this.#cloud;
    const { from, change } = this.#truth.current(host);
    if (!isWaiting || !browser.keepsCookies || change?.fact.is !== 'app') return false;
    const isAsking = UNTIL_READY.includes(tab.state ?? '') || (tab.hasScripts && from < tab.shownAt - MEMORY);
    if (!isAsking) return false;
    const { read } = browser.place.edge;
    const isOld = (decodeMark(read(host)?.split(' ').at(-1))?.sequence ?? 0) < change.sequence;
    const now = Math.floor(timeline.now / 1_000);
    const isCurrent = now < change.at + KEPT - 10 && now + 50 < (change.until ?? Number.POSITIVE_INFINITY);
    const isSound = this.faultAt < Math.min(from, tab.shownAt) - MEMORY;
    if (!isOld || !isCurrent || !isSound) return false;
    const keys = read(KEYS_KEY) ?? '';
    const currentOf = (value = '') => value.slice(FIRST_KEY, FIRST_KEY + KEY_LENGTH);
    if (!hasKeys(keys) || currentOf(keys) !== currentOf(kvs.get(KEYS_KEY)) || !originAtEdge(keys))
      return false;
    // The store has not been changed by hand, and the access rules are published.
    const entry = decodeEntry(kvs.get(host) ?? '');
    const list = parseAccessFile(s3.get(ACCESS_FILE)?.body ?? '');
    if (entry?.sequence !== change.sequence || list instanceof Fault) return false;
    const published = list.hosts.get(host);
    if (published === undefined || list.sequence < change.sequence) return false;
    if (!isGated(entry.access)) return published === entry.access;
    return (
      isGated(published) &&
      published.since === entry.access.since &&
      admittedBy(entry.access).includes(browser.viewer)
    );
  }
}

function stateOf({ fact }: Change): string {
  if (fact.is === 'app') return 'live';
  if (fact.is === 'closed') return STATES[fact.letter] ?? '';
  return fact.is === 'gone' ? 'unknown' : 'changed';
}
