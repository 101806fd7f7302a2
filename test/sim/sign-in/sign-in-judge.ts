import { isGated } from '../../../core/entry/access.ts';
import { decodeEntry, type Entry, isServing } from '../../../core/entry/entry.ts';
import type { Mac } from '../../../core/session/signed.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import { admittedBy, admittedTooMany, type Viewer } from '../judge/access.ts';
import { BASE_DOMAIN, claimsOf } from '../judge/expected.ts';
import type { RunRecord } from '../judge/run-record.ts';
import { TruthJudge } from '../live/truth-judge.ts';
import { LABELS } from '../story/action.ts';
import { ACCESS_FILE, type HeldSession } from './concierge.ts';
import { decideAt, type Edge, openEdges, type Proof, SPREAD } from './edges.ts';
import { KeysJudge } from './keys-judge.ts';
import { Lives } from './lives.ts';
import { lookUp } from './look-up.ts';
import { type Done, ORDERS_DOCUMENT, OrdersJudge } from './orders-judge.ts';

/** Seconds for which a session lasts, and the concierge may rely on an older list of orders. */
const SESSION = 3_600;
/** Seconds for which a sign-in counts. */
const SIGN_IN = 28_800;
const STALE = 60;

/** Seconds after its making in which a pass outlives a change of the access rule. */
const GRACE = 60;

/**
 * Checks the promises of sign-in. The bounds count from the end of the first sweep without faults that could know of a change; a sweep
 * runs each minute, and the last edge has a write 30 s after the store.
 */
export class SignInJudge {
  readonly #cloud: Cloud;
  readonly #mac: Mac;
  readonly edges: readonly Edge[];
  readonly keys: KeysJudge;
  readonly orders: OrdersJudge;
  readonly truth: TruthJudge;
  readonly #lives: Lives;
  readonly #sessions: (HeldSession & { viewer: Viewer; life: number })[] = [];
  readonly #owned: () => ReadonlyMap<string, Entry>;

  constructor(cloud: Cloud, deployment: string, mac: Mac, owned: () => ReadonlyMap<string, Entry>) {
    this.#cloud = cloud;
    this.#mac = mac;
    this.#owned = owned;
    this.edges = openEdges(cloud.kvs, cloud.timeline);
    this.keys = new KeysJudge(cloud);
    this.orders = new OrdersJudge(cloud);
    this.truth = new TruthJudge(cloud);
    this.#lives = new Lives(deployment);
  }

  /** The store has changed. */
  noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    if (changed.has(KEYS_KEY)) this.keys.noteWrite(changed.get(KEYS_KEY));
    this.#lives.noteWrite(changed);
    this.truth.noteWrite(changed);
  }

  /** The concierge has signed a session. Returns why it must not have; undefined if it may. */
  noteSession(held: HeldSession, viewer: Viewer): string | undefined {
    const { entryKey, session, isUnknown } = held;
    this.#sessions.push({ ...held, viewer, life: this.#lives.lifeAt(entryKey, session.sequence, isUnknown) });
    return this.keys.signingFault(held.key);
  }

  /** Why the access rules must not be published like this; undefined if they may. */
  publishFault(body: string): string | undefined {
    const file: { epoch: number; signedOut: Readonly<Record<string, number>> } = JSON.parse(body);
    const now = this.#cloud.timeline.now / 1_000;
    for (const { order, sentAt, knownAt } of this.orders.done) {
      if (order.action !== 'sign-out' || knownAt === undefined || now >= sentAt + SIGN_IN) continue;
      const isLost = (file.signedOut[order.user] ?? 0) < sentAt || (order.everybody && file.epoch < sentAt);
      if (isLost) return `the published list lacks ${JSON.stringify(order)}`;
    }
    return undefined;
  }

  /** The sessions that a person has had. */
  get sessions(): readonly HeldSession[] {
    return this.#sessions;
  }

  /** Why a put must not have this access; undefined if it may. */
  putFault(run: RunRecord, hostname: string, entry: Entry): string | undefined {
    const { access, sequence } = entry;
    if (!run.terms.isSignIn) return undefined;
    if (access === 'public') return `a write gives ${hostname} the access of a deployment without sign-in`;
    if (access === 'open')
      return run.terms.openNames.includes(labelOf(hostname))
        ? undefined
        : `a write opens ${hostname}, which no claim rule allows`;
    const before = decodeEntry(this.#cloud.kvs.get(hostname) ?? '');
    const isSame = before && isGated(before.access) && this.#lives.isSameLife(hostname, entry);
    const due = isSame && isGated(before.access) ? before.access.since : sequence;
    return access.since === due
      ? undefined
      : `a write gives ${hostname} the number ${access.since} of access, and it should be ${due}`;
  }

  /** Why a tombstone must not have this access word; undefined if it may. */
  tombstoneFault(hostname: string, word: string): string | undefined {
    const before = this.#cloud.kvs.get(hostname) ?? '';
    // An unreadable value has no access.
    const due = decodeEntry(before) === undefined ? 'p' : before.split(' ')[1]?.replace(/:.*/, '');
    return word === due ? undefined : `the tombstone of ${hostname} has the access ${word}, not ${due}`;
  }

  /**
   * Why the store must not be like this after a run; undefined if it may.
   *
   * @param isUnread another writer has changed the store since the updater last read it
   */
  faultAfter(
    run: RunRecord,
    end: RunEnd,
    { isEdited, isUnread }: { isEdited: (hostname: string) => boolean; isUnread: boolean },
  ): string | undefined {
    const isWhole = end.kind === 'done' && run.isFaultless && !run.disturbed && !isUnread;
    const isSweep = run.bodies.some((body) => body.includes('"Scheduled Event"'));
    const hasNoOrders = run.calls.some(({ target, fault }) => target === ORDERS_DOCUMENT && fault);
    const isHindered = run.failed('kvs') || run.failed('secrets') || run.disturbed || isUnread;
    if (end.kind !== 'done' || isHindered || hasNoOrders) this.keys.noteFailedRun();
    const isDeciding = end.kind === 'done' && run.count('DescribeInstances') > 0;
    if (isWhole && isSweep && isDeciding) {
      // After a failed read, a run within five seconds does without another one.
      if (run.calls.some(({ target }) => target === ORDERS_DOCUMENT)) this.orders.noteSweep(run.startedAt);
      const list = this.#cloud.s3.get(ACCESS_FILE)?.body;
      const listFault = list === undefined ? undefined : this.publishFault(list);
      const fault = this.keys.faultAfter(run) ?? listFault ?? this.truth.settledFault();
      if (fault !== undefined) return fault;
    }
    const access = isDeciding ? this.#accessFault(run, isEdited) : undefined;
    return access ?? this.check();
  }

  /** After a run no entry admits a viewer whom the tags of its instances, as EC2 showed them, or the rules do not admit. */
  #accessFault(run: RunRecord, isEdited: (hostname: string) => boolean): string | undefined {
    const { terms, shown } = run;
    const now = Math.floor(run.startedAt / 1_000);
    for (const [hostname, entry] of this.#owned()) {
      if (isEdited(hostname) || !isServing(entry)) continue;
      if (entry.access === 'open' && !terms.openNames.includes(labelOf(hostname)))
        return `after a run ${hostname} is open, which no claim rule allows`;
      for (const { id } of entry.instances) {
        const one = shown.get(id);
        if (one === undefined || !claimsOf(one, now, terms).includes(hostname)) continue;
        const viewer = admittedTooMany(entry.access, one);
        if (viewer !== undefined)
          return `after a run ${hostname} admits ${viewer}, whom ${id} does not (${one.tags.get('proxy:access')})`;
      }
    }
    return undefined;
  }

  /** Checks each session and pass at its own hostname, at the first and the last edge. Returns the first broken promise. */
  check(): string | undefined {
    const { now } = this.#cloud.timeline;
    for (const edge of this.edges) {
      for (const held of this.#sessions) {
        const fault = this.#sessionFault(edge, held, now);
        if (fault !== undefined) return fault;
      }
      for (const pass of this.orders.passes) {
        const isRevoked = this.orders.done.some(
          ({ order, knownAt }) =>
            order.action === 'revoke' && order.id === pass.id && isOver(knownAt, edge.delay, now),
        );
        const access = decodeEntry(lookUp(edge.read, pass.host).value ?? '')?.access;
        const isForAnother = access !== undefined && isGated(access) && access.since > pass.madeAt + GRACE;
        const isGone = isRevoked || isForAnother || now / 1_000 >= pass.endsAt;
        if (isGone && this.#decide(edge, pass.host, { kind: 'pass', text: pass.text }) === 'passes')
          return `the pass ${pass.id} is valid at ${pass.host} after it ended or was revoked`;
      }
    }
    return undefined;
  }

  #sessionFault(
    edge: Edge,
    held: HeldSession & { viewer: Viewer; life: number },
    now: number,
  ): string | undefined {
    const { host, session, text, life, viewer, entryKey } = held;
    const { key, value } = lookUp(edge.read, host);
    const entry = decodeEntry(value ?? '');
    if (value === undefined || entry === undefined || !isGated(entry.access)) return undefined;
    if (now / 1_000 >= session.endsAt) return undefined;
    const verdict = this.#decide(edge, host, { kind: 'session', text });
    const now_ = this.#lives.lifeOf(key, value);
    const who = `the session of ${session.user} at ${host}`;
    if (verdict === 'passes') {
      if (key !== entryKey) return `${who}, made for ${entryKey}, is valid for the entry of ${key}`;
      // A session that is newer than an edge's entry is for the entry that this edge gets within half a minute.
      if (life < now_) return `${who} is valid for a later access rule or claimant`;
      if (life === now_ && !admittedBy(entry.access).includes(viewer))
        return `${who} passes a rule that does not admit it`;
      const signedOut = this.orders.done.find((one) => isSignedOutBy(one, session, edge.delay, now));
      return signedOut && `${who} is valid after ${JSON.stringify(signedOut.order)}`;
    }
    const isDue = key === entryKey && life === now_ && session.sequence < entry.access.since;
    return isDue ? `${who} is not valid any more, although rule and claimant are the same` : undefined;
  }

  /** No proof is good at another hostname. */
  foreignFault(): string | undefined {
    const passes = this.orders.passes.map(({ host, text }) => ({ host, kind: 'pass' as const, text }));
    const sessions = this.#sessions
      .slice(-6)
      .map(({ host, text }) => ({ host, kind: 'session' as const, text }));
    for (const edge of this.edges)
      for (const { host, ...proof } of [...passes, ...sessions])
        for (const label of LABELS) {
          const other = `${label}.${BASE_DOMAIN}`;
          if (other !== host && this.#decide(edge, other, proof) === 'passes')
            return `a ${proof.kind} for ${host} is valid at ${other}`;
        }
    return undefined;
  }

  #decide(edge: Edge, host: string, proof: Proof) {
    return decideAt(edge, host, proof, { now: this.#cloud.timeline.now / 1_000, mac: this.#mac });
  }
}

/** Whether an order must have its effect at an edge. */
function isOver(knownAt: number | undefined, delay: number, now: number): boolean {
  return knownAt !== undefined && now > knownAt + (delay === 0 ? 0 : SPREAD);
}

/** Whether a session must have ended by an order: of everybody at once, of one person when the session ends. */
function isSignedOutBy(
  { order, sentAt, knownAt }: Done,
  { user, signedInAt }: { user: string; signedInAt: number },
  delay: number,
  now: number,
): boolean {
  if (order.action !== 'sign-out' || signedInAt > sentAt) return false;
  if (order.everybody) return signedInAt < sentAt && isOver(knownAt, delay, now);
  return order.user === user && isOver(knownAt, delay, now - 1_000 * (SESSION + STALE));
}

const labelOf = (hostname: string) => hostname.replace(`.${BASE_DOMAIN}`, '');
