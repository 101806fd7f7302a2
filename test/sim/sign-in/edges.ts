import { admittedAtEdge, hasKeys } from '../../../core/access/edge-check.ts';
import type { IsMac, Mac } from '../../../core/session/signed.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { EdgeView } from '../../../local/kvs/edge-view.ts';
import type { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { lookUp } from './look-up.ts';

/** Milliseconds until the last edge has a write of the store. */
export const SPREAD = 30_000;

/** An edge location: the first to get each write, or the last. Each other one sees what one of them sees or saw. */
export interface Edge {
  delay: number;
  read: (key: string) => string | undefined;
}

/** An edge that has each write after a delay in milliseconds. */
export function openEdge(store: KeyValueStore, timeline: Timeline, delay: number): Edge {
  return { delay, read: new EdgeView(store, { delay, clock: { now: () => timeline.now } }).read };
}

export function openEdges(store: KeyValueStore, timeline: Timeline): readonly Edge[] {
  return [0, SPREAD].map((delay) => openEdge(store, timeline, delay));
}

/** Why an edge lets a request pass, or does not. */
export type Verdict = 'open' | 'passes' | 'sign in' | 'no keys';

/** A viewer's proof. */
export interface Proof {
  kind: 'session' | 'pass';
  text: string;
}

/**
 * What the router does with a request to a hostname, by the store as an edge has it: a simpler reading of edge/router, for many checks.
 * At each visit of a history the built router must agree.
 */
export function decideAt(
  { read }: Pick<Edge, 'read'>,
  host: string,
  proof: Proof | undefined,
  { now, mac }: { now: number; mac: Mac },
): Verdict {
  const { value = '', level } = lookUp(read, host);
  const [, word = ''] = /^3 (\S+) /.exec(value) ?? [];
  if (word === 'o') return 'open';
  const keys = read(KEYS_KEY) ?? '';
  if (!hasKeys(keys)) return 'no keys';
  if (proof === undefined) return 'sign in';
  const [, since = '0'] = /^g([\da-z]+)/.exec(word) ?? [];
  const scope = { deployment: ENVIRONMENT.deployment, host };
  const isMac: IsMac = (key, text, given) => mac(key, text) === given;
  const rule = { since: Number.parseInt(since, 36), level };
  return admittedAtEdge(proof.kind, proof.text, { keys, scope, now, isMac }, rule) ? 'passes' : 'sign in';
}
