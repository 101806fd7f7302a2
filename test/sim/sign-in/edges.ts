import type { Mac } from '../../../core/session/signed.ts';
import { FIRST_KEY, isValid, KEY_END, KEYS_KEY, openSigned } from '../../../core/wire/session.ts';
import { EdgeView } from '../../../local/kvs/edge-view.ts';
import type { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import type { Timeline } from '../cloud/timeline.ts';

/** Milliseconds until the last edge has a write of the store. */
export const SPREAD = 30_000;

/** An edge location: the first to get each write, or the last. Each other one sees what one of them sees or saw. */
export interface Edge {
  delay: number;
  read: (key: string) => string | undefined;
}

export function openEdges(store: KeyValueStore, timeline: Timeline): readonly Edge[] {
  return [0, SPREAD].map((delay) => ({
    delay,
    read: new EdgeView(store, { delay, clock: { now: () => timeline.now } }).read,
  }));
}

/** Why an edge lets a request pass, or does not. */
export type Verdict = 'open' | 'passes' | 'sign in' | 'no keys';

/** A viewer's proof. */
export interface Proof {
  kind: 'session' | 'pass';
  text: string;
}

/**
 * What the router does with a request to a hostname, by the store as an edge has it: the check of sessions is the router's own, the rest
 * is a simpler reading of edge/router, for many checks. At each visit of a history the built router must agree.
 */
export function decideAt(
  { read }: Pick<Edge, 'read'>,
  host: string,
  proof: Proof | undefined,
  { now, mac }: { now: number; mac: Mac },
): Verdict {
  const [, word = ''] = /^3 (\S+) (?!G)/.exec(read(host) ?? '') ?? [];
  if (word === 'o') return 'open';
  const words = (read(KEYS_KEY) ?? '').split(' ');
  if (!words[FIRST_KEY]?.[KEY_END]) return 'no keys';
  if (proof === undefined) return 'sign in';
  const scope = `${proof.kind}|${ENVIRONMENT.deployment}|${host}|`;
  const opened = openSigned(scope, proof.text, words, now, (key, text, given) => mac(key, text) === given);
  const [, since = '0'] = /^g([\da-z]+)/.exec(word) ?? [];
  return opened && isValid(opened, words, Number.parseInt(since, 36), 0) ? 'passes' : 'sign in';
}
