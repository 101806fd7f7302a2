import type { Address } from '../../../core/address.ts';
import { decodeEntry, type Entry, isServing } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { nameIn } from '../../support/values/instances.ts';
import type { UpdateInput } from '../cloud/clients.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import type { Machine } from '../cloud/machine.ts';
import type { SignInJudge } from '../sign-in/sign-in-judge.ts';
import type { World } from '../story/world.ts';
import { claimsOf, endOf, faultOf, heirFault, termsOf, tokenFor } from './expected.ts';
import { ExposureWatch } from './exposure.ts';
import { HoldWatch } from './hold-watch.ts';
import { JournalJudge } from './journal-judge.ts';
import { leadsTo, type RunRecord, type Shown } from './run-record.ts';

/** Thrown at the first broken promise of a history. */
export class BrokenPromise extends Error {
  override name = 'BrokenPromise';
}

/** Number of instances that may be removed in one run because they are absent (docs/decisions/0010). */
const CEILING = { count: 5, share: 0.2 };

/** Seconds for which a reported death counts against EC2's listing (docs/decisions, F5). */
const BELIEVED_SECONDS = 60;

/** Milliseconds without a run after which an environment asks the store (docs/decisions/0050). */
const TRUSTED = 90_000;

/** Milliseconds for which each run asks the store after a write without an answer (docs/decisions/0284). */
const UNSETTLED = 120_000;

const DEATHS = ['stopping', 'stopped', 'shutting-down', 'terminated'];

/** Watches a history, and checks the updater's promises at every step. */
export class Judge {
  readonly #world: World;
  readonly #cloud: Cloud;
  readonly #secret: string | undefined;
  readonly #signIn: SignInJudge | undefined;
  readonly #journal: JournalJudge;
  /** Keys that another writer changed since the updater last read or wrote them. */
  readonly #edited = new Set<string>();
  #last: { run: RunRecord; end: RunEnd; at: number } | undefined;
  /** Another writer changed the store since the updater last read it. */
  #isUnread = false;
  /** Epoch milliseconds until which a write may still take effect, or until which a mirror that was not read may say so. */
  #unsettledUntil = 0;
  /** Instance → epoch seconds of its last reported death. */
  readonly #deaths = new Map<string, number>();
  /** Instances whose end was reported. */
  readonly #ended = new Set<string>();
  /** Instance → epoch seconds of the last notice that it runs. */
  readonly #starts = new Map<string, number>();
  /** Epoch milliseconds of the last write that the updater sent. */
  #writingAt: number | undefined;
  /** Epoch milliseconds of a write of the updater of which no process has heard since; undefined if there is none. */
  #unheardSince: number | undefined;
  readonly #exposures: ExposureWatch;
  readonly #holds = new HoldWatch();
  /** The highest sequence number of all writes, and the run that used it. */
  #highest: { sequence: number; run: RunRecord | undefined } = { sequence: 0, run: undefined };

  /**
   * @param secret of every token; undefined for no tokens
   * @param signIn undefined in a history without sign-in
   */
  constructor(world: World, cloud: Cloud, secret: string | undefined, signIn: SignInJudge | undefined) {
    this.#world = world;
    this.#signIn = signIn;
    this.#secret = secret;
    this.#cloud = cloud;
    this.#journal = new JournalJudge(cloud);
    this.#exposures = new ExposureWatch(cloud);
  }

  /** Another writer changed a key. */
  noteEdit(key: string): void {
    this.#edited.add(key);
    this.#journal.edited(key);
    this.#isUnread = true;
    // A run that has already listed the store cannot know it.
    const { running } = this.#cloud.lambda;
    if (running) running.disturbed = true;
  }

  /** The store applies a write that the updater no longer waits for: the updater knows as little of it as of another writer's. */
  noteLateWrite(key: string): void {
    this.noteEdit(key);
    this.#exposures.noteLateWrite(key);
    this.#unheardSince = this.#cloud.timeline.now;
  }

  /** The store has changed. A full store refuses a write that was sent to it. */
  noteApplied(): void {
    const { now } = this.#cloud.timeline;
    if (this.#writingAt === now) this.#unheardSince = now;
  }

  /** The updater has heard the store's version. */
  noteVersion(): void {
    this.#unheardSince = undefined;
  }

  /** Checks a write of the updater that the store is about to apply. */
  checkWrite(run: RunRecord, update: UpdateInput): void {
    const { kvs } = this.#cloud;
    if (update.IfMatch !== kvs.describe().etag) return;
    this.#writingAt = this.#cloud.timeline.now;
    if (this.#isKeysWrite(run, update)) return;
    this.#failIf(this.#signIn?.truth.writeFault(run, update));
    const [tombstones, puts] = split(update.Puts ?? [], ({ Value }) => TOMBSTONE.test(Value));
    const cleared = (update.Deletes ?? []).map(({ Key }) => Key);
    const deletes = tombstones.map(({ Key }) => Key);
    const keys = [...puts.map(({ Key }) => Key), ...deletes, ...cleared];
    for (const key of keys) this.#checkMine(key);
    for (const { Key, Value } of puts) this.#checkPut(run, Key, Value);
    this.#checkDeletes(run, deletes);
    this.#checkTombstones(run, tombstones);
    this.#checkCleared(cleared);
    if (cleared.length > 0) run.sideWrites += 1;
    for (const { Key, Value } of puts) this.#checkHold(run, Key, Value);
    for (const key of deletes) this.#checkHold(run, key, undefined);
    for (const key of keys) this.#edited.delete(key);
  }

  /** Checks a write of `:keys`. It comes alone. */
  #isKeysWrite(run: RunRecord, { Puts = [], Deletes = [] }: UpdateInput): boolean {
    const put = Puts.find(({ Key }) => Key === KEYS_KEY);
    if (put === undefined && !Deletes.some(({ Key }) => Key === KEYS_KEY)) return false;
    const signIn = this.#signIn;
    if (signIn === undefined || !run.terms.isSignIn || Puts.length + Deletes.length > 1)
      this.#fail(`a write changes ${KEYS_KEY} beside others, or without sign-in`);
    this.#failIf(signIn.keys.faultOf(put?.Value, (id) => signIn.orders.endOf(id)));
    this.#edited.delete(KEYS_KEY);
    run.sideWrites += 1;
    return true;
  }

  #failIf(fault: string | undefined): void {
    if (fault !== undefined) this.#fail(fault);
  }

  /** The updater has read every key. */
  readAll(): void {
    this.#edited.clear();
  }

  checkRun(run: RunRecord, end: RunEnd): void {
    this.#journal.ran(run, end);
    this.#holds.noteShown(run);
    for (const { id, at, isDeath } of run.bodies.flatMap((body) => noticeIn(body) ?? [])) {
      if (isEndedIn(run, id)) this.#ended.add(id);
      const notices = isDeath ? this.#deaths : this.#starts;
      notices.set(id, Math.max(at, notices.get(id) ?? 0));
    }
    this.#checkEnd(run, end);
    this.watchExposure();
    const left = this.#exposures.leftBy(run, end);
    if (left !== undefined) this.#fail(`a run left an address that it should have removed: ${left}`);
    this.#failIf(
      this.#signIn?.faultAfter(run, end, {
        isEdited: (hostname) => this.#edited.has(hostname),
        isUnread: this.#isUnread,
      }),
    );
    if (end.kind === 'done') {
      this.#checkNoStaleTarget(run);
      this.#checkNoDeadTarget(run);
      this.#checkNoSharedAddress(run);
      this.#checkCalls(run);
      this.#checkMemory(run);
    }
    if (run.calls.some(({ service }) => service === 'kvs')) {
      // The next run finds an edit that came after this run's write.
      this.#isUnread = run.disturbed || this.#edited.size > 0;
    }
    const failed = run.calls.filter(({ fault }) => fault !== undefined).map(({ operation }) => operation);
    if (failed.includes('UpdateKeys') || failed.includes('GetObject'))
      this.#unsettledUntil = this.#cloud.timeline.now + UNSETTLED;
    // A run with strays alone makes no calls and leaves no trace for others.
    if (run.calls.some(({ service }) => service !== 's3' && service !== 'secrets'))
      this.#last = { run, end, at: this.#cloud.timeline.now };
  }

  /** Notes which released addresses the store has. */
  watchExposure(): void {
    this.#exposures.watch(this.#targets());
  }

  /** Longest time in milliseconds that the store had a released address. */
  get exposure(): number {
    return this.#exposures.longest;
  }

  /**
   * Checks the settled state: the store matches the fleet's tags, and the journal is complete.
   *
   * @param times epoch seconds between which the last run decided: a lease may have ended there
   */
  checkConverged(times: readonly number[]): void {
    const faults = times.map((now) => this.#faultAt(now));
    const [fault = this.#journal.fault(this.#world.keys().owned)] = faults.includes(undefined) ? [] : faults;
    if (fault !== undefined) this.#fail(`at the end ${fault}`);
  }

  #faultAt(now: number): string | undefined {
    const { owned, foreign } = this.#world.keys();
    const terms = termsOf(this.#cloud.lambda.environment);
    const fleet = [...this.#cloud.ec2.machines.values()].map((machine) => machine.truth());
    for (const [hostname, entry] of owned) {
      const fault = faultOf(hostname, entry, fleet, now, terms);
      if (fault !== undefined) return `${hostname} ${fault}`;
      if (isServing(entry) && entry.token !== tokenFor(hostname, this.#secret))
        return `${hostname} has token "${entry.token}"`;
    }
    const wanted = [...new Set(fleet.flatMap((shown) => claimsOf(shown, now, terms)))];
    const missing = wanted.find((hostname) => !owned.has(hostname) && !foreign.has(hostname));
    return missing && `${missing} is missing`;
  }

  /** Whether a lease ended between two times (epoch milliseconds), which changes the store without an event. */
  leaseEnded(from: number, to: number): boolean {
    const ends = [...this.#cloud.ec2.machines.values()].map((machine) => 1000 * endOf(machine.truth()));
    return ends.some((end) => from < end && end <= to + 1000);
  }

  #fail(message: string): never {
    throw new BrokenPromise(message);
  }

  #checkMine(key: string): void {
    const before = this.#cloud.kvs.get(key);
    if (before === undefined || deploymentOf(before) === this.#world.deployment) return;
    this.#fail(`a write overwrites or deletes ${key} of another writer (${before.slice(0, 60)})`);
  }

  #checkPut(run: RunRecord, key: string, value: string): void {
    const bytes = Buffer.byteLength(value);
    if (bytes > LIMITS.valueBytes) this.#fail(`a write gives ${key} ${bytes} bytes`);
    const entry = decodeEntry(value);
    if (entry?.deployment !== this.#world.deployment)
      this.#fail(`a write gives ${key} an unreadable value: ${value}`);
    this.#checkNumber(run, key, entry.sequence);
    this.#checkHeir(run, key, entry);
    this.#failIf(this.#signIn?.putFault(run, key, entry));
    if (!isServing(entry)) return;
    for (const target of entry.instances) {
      const name = nameIn(target.address);
      const isHeld = this.#targets().some(
        ({ hostname, address }) => hostname === key && nameIn(address) === name,
      );
      if (run.names.get(name) === 'absent' && !isHeld)
        this.#fail(`a write gives ${key} the name ${name}, which DNS does not know`);
      const shown = run.shown.get(target.id);
      // A run need not list known instances; the check of stale targets judges the value then. Only a name that the entry has stays
      // beside a lower address.
      if (shown && !(isCurrent(shown, target) && (isHeld || name === shown.publicName))) {
        this.#fail(
          `a write gives ${key} the name ${nameIn(target.address)} of ${target.id}, which EC2 has just shown ${describeShown(shown)}`,
        );
      }
    }
  }

  #checkHold(run: RunRecord, key: string, value: string | undefined): void {
    const before = decodeEntry(this.#cloud.kvs.get(key) ?? '');
    if (before === undefined || this.#edited.has(key)) return;
    const after = value === undefined ? undefined : decodeEntry(value);
    const isDead = (id: string) => this.#isDeathOf(run, id);
    const now = this.#cloud.timeline.now / 1000;
    const fault = this.#holds.fault(key, before, after, run, now, isDead);
    if (fault !== undefined) this.#fail(fault);
  }

  /** Each number is higher than all before; the pieces of one change share one. */
  #checkNumber(run: RunRecord, key: string, sequence: number): void {
    const { sequence: highest, run: last } = this.#highest;
    const isHigher = sequence > highest || (sequence === highest && run === last);
    if (!isHigher || sequence <= Math.floor(run.startedAt / 1000))
      this.#fail(`a write gives ${key} number ${sequence}, but ${highest} is used at ${run.startedAt}`);
    this.#highest = { sequence, run };
  }

  /** No instance takes a name over by joining or leaving a group. */
  #checkHeir(run: RunRecord, key: string, after: Entry): void {
    const before = this.#world.keys().owned.get(key);
    // An unlisted instance cannot be judged, and its name waits for it.
    if (before === undefined || before.instances.some(({ id }) => !run.shown.has(id))) return;
    // A stopped instance still claims its names.
    const alive = [...run.shown.values()].filter(({ id }) => !this.#ended.has(id) && !isEndedIn(run, id));
    const fault = heirFault(key, [before, after], alive, run.startedAt / 1000, run.terms);
    // A lease may end in the middle of the run.
    if (fault !== undefined && !this.leaseEnded(run.startedAt, this.#cloud.timeline.now))
      this.#fail(`${key} ${fault}`);
  }

  /** A tombstone has a number of its own and the time of the write. */
  #checkTombstones(run: RunRecord, tombstones: readonly { Key: string; Value: string }[]): void {
    for (const { Key, Value } of tombstones) {
      const [, word = '', goneAt, sequence = ''] = TOMBSTONE.exec(Value) ?? [];
      if (!this.#edited.has(Key)) this.#failIf(this.#signIn?.tombstoneFault(Key, word));
      this.#checkNumber(run, Key, Number.parseInt(sequence, 36));
      const age = this.#cloud.timeline.now / 1000 - Number(goneAt);
      if (age < 0 || age > 60) this.#fail(`a write says that ${Key} went at ${goneAt}`);
    }
  }

  /** Only a tombstone is deleted, and only after five minutes. */
  #checkCleared(keys: readonly string[]): void {
    for (const key of keys) {
      const value = this.#cloud.kvs.get(key) ?? '';
      const [, , goneAt] = TOMBSTONE.exec(value) ?? [];
      if (goneAt === undefined) this.#fail(`a write deletes ${key}, which has ${value}`);
      if (this.#cloud.timeline.now / 1000 - Number(goneAt) < 300)
        this.#fail(`a write deletes the tombstone of ${key} too early`);
    }
  }

  #checkDeletes(run: RunRecord, keys: readonly string[]): void {
    const { kvs, timeline } = this.#cloud;
    const { deployment } = this.#world;
    const absent = new Set<string>();
    for (const key of keys) {
      const entry = decodeEntry(kvs.get(key) ?? '');
      if (entry === undefined || entry.deployment !== deployment) continue;
      const shown = entry.instances.flatMap(({ id }) => run.shown.get(id) ?? []);
      const claimant = shown.find((one) => claimsOf(one, timeline.now / 1000, run.terms).includes(key));
      if (claimant && !this.#isDeathOf(run, claimant.id)) {
        this.#fail(
          `a write deletes ${key} although EC2 shows ${claimant.id} ${describeShown(claimant)}, which claims it`,
        );
      }
      // A run on a part of the fleet knows from an earlier look that an instance has ended.
      const hasEnded = (id: string) =>
        ['shutting-down', 'terminated'].includes(
          this.#cloud.ec2.machineOf(id)?.shown(timeline.now)?.state ?? '',
        );
      const unseen = entry.instances.filter(
        ({ id }) => !run.shown.has(id) && !this.#isDeathOf(run, id) && !hasEnded(id),
      );
      for (const { id } of unseen) absent.add(id);
      const shownById = unseen.find(({ id }) =>
        this.#cloud.ec2.machineOf(id)?.shown(this.#cloud.timeline.now),
      );
      if (shownById)
        this.#fail(
          `a write deletes ${key} although EC2 would show ${shownById.id}, which the run did not read`,
        );
      const sources = unseen.flatMap(({ id }) => this.#cloud.ec2.machineOf(id)?.source ?? []);
      const unlisted = sources.filter((source) => !run.listed(source));
      if (unlisted.length > 0)
        this.#fail(`a write deletes ${key} although ${unlisted.join()} could not be listed`);
    }
    if (absent.size > 0 && run.shown.size === 0) {
      this.#fail(`a write deletes ${keys.join()} because of an empty listing`);
    }
    const { owned } = this.#world.keys();
    const ours = new Set([...owned.values()].flatMap((entry) => entry.instances.map(({ id }) => id)));
    const most = Math.max(CEILING.count, Math.floor(ours.size * CEILING.share));
    if (absent.size > most) this.#fail(`a write removes ${absent.size} instances that are only absent`);
  }

  /** A run may fail only because the store cannot be written, never because of a message. */
  #checkEnd(run: RunRecord, end: RunEnd): void {
    const isExcused = !run.isFaultless || run.disturbed || this.#isUnread;
    if (end.kind === 'thrown' && !isExcused) this.#fail(`a run failed without a fault: ${String(end.error)}`);
    if (end.kind === 'crashed' && end.why === 'timed out' && run.isFaultless)
      this.#fail('a run took over 60 s');
  }

  /** After a run, no entry has an address that EC2 did not show for its instance in this run. */
  #checkNoStaleTarget(run: RunRecord): void {
    for (const target of this.#targets()) {
      if (this.#edited.has(target.hostname)) continue;
      const machine = this.#cloud.ec2.machineOf(target.id);
      if (machine === undefined || !run.listed(machine.source)) continue;
      const shown = run.shown.get(target.id);
      if (shown && !isCurrent(shown, target)) {
        this.#fail(
          `after a run ${target.hostname} has ${nameIn(target.address)} of ${target.id}, which EC2 showed ${describeShown(shown)}`,
        );
      }
    }
  }

  /**
   * After a run, no entry has an instance whose stop or death was reported within the last minute, whatever EC2 shows, unless a
   * later event says that it runs again.
   */
  #checkNoDeadTarget(run: RunRecord): void {
    const notices = run.bodies.flatMap((body) => noticeIn(body) ?? []);
    const deaths = notices.filter(({ id, at, isDeath }) => isDeath && at >= (this.#starts.get(id) ?? 0));
    // The decision came before the end of the run, so a report that is a minute old by then may have counted or not.
    const now = this.#cloud.timeline.now / 1000;
    for (const { id, at } of deaths.filter((death) => now - death.at < BELIEVED_SECONDS)) {
      const named = this.#targets().find((target) => target.id === id && target.launchedAt < at);
      if (named && !this.#edited.has(named.hostname)) {
        this.#fail(
          `after a run that read of the death of ${id}, ${named.hostname} still has ${nameIn(named.address)}`,
        );
      }
    }
  }

  /** After a run that saw an instance get an address, no other entry has that address for an instance that the run did not read. */
  #checkNoSharedAddress(run: RunRecord): void {
    const targets = this.#targets().filter(({ hostname }) => !this.#edited.has(hostname));
    const newest = targets.filter(({ id, address }) => {
      const shown = run.shown.get(id);
      return shown !== undefined && leadsTo(shown, nameIn(address));
    });
    const holders = new Map(newest.map(({ id, address }) => [nameIn(address), id]));
    for (const { hostname, id, address } of targets) {
      const holder = holders.get(nameIn(address)) ?? id;
      const source = this.#cloud.ec2.machineOf(id)?.source;
      const isUnread =
        holder !== id && !run.shown.has(id) && source !== undefined && !run.failed(`ec2 ${source}`);
      if (isUnread)
        this.#fail(`after a run ${hostname} has ${nameIn(address)} of ${id}, and ${holder} has it, too`);
    }
  }

  /** Whether this run or an earlier one got the report of a death that still counts. */
  #isDeathOf(run: RunRecord, id: Machine['id']): boolean {
    const now = this.#cloud.timeline.now / 1000;
    const notices = run.bodies.map(noticeIn);
    const isReported = notices.some((notice) => notice?.isDeath && notice.id === id);
    return isReported || now - (this.#deaths.get(id) ?? Number.NEGATIVE_INFINITY) < BELIEVED_SECONDS;
  }

  #targets() {
    return [...this.#world.keys().owned].flatMap(([hostname, entry]) =>
      isServing(entry) ? entry.instances.map((target) => ({ hostname, ...target })) : [],
    );
  }

  /** A run that decides must have heard of every write. Its environment's memory may be older. */
  #checkMemory(run: RunRecord): void {
    const { startedAt } = run;
    const isDeciding = run.count('DescribeInstances') > 0;
    if (isDeciding && this.#unheardSince !== undefined && this.#unheardSince < startedAt)
      this.#fail('a run relied on a memory that lacks a write whose answer was lost');
  }

  /** In a warm environment a change costs one call, and no change costs none. */
  #checkCalls(run: RunRecord): void {
    const last = this.#last;
    const isWarm =
      last?.end.kind === 'done' &&
      last.run.environment === run.environment &&
      last.run.isFaultless &&
      last.run.startedAt > this.#unsettledUntil &&
      run.startedAt - last.at <= TRUSTED;
    if (!isWarm || !run.isFaultless || run.disturbed || this.#isUnread) return;
    const audits = run.bodies.some((body) => body.includes('"audit"')) ? 1 : 0;
    const asked = run.count('ListKeys') + run.count('DescribeKeyValueStore') - audits;
    const writes = run.count('UpdateKeys') - run.sideWrites;
    if (asked > 0) this.#fail(`a warm run asked the store ${asked} times for its content`);
    // A full store has room for new values only after the deletes.
    const isTight = this.#cloud.kvs.describe().bytes > 0.99 * LIMITS.storeBytes;
    // A run writes once more what it finds out about public names.
    const most = (isTight ? 2 : 1) + (run.names.size > 0 ? 1 : 0);
    if (writes > most) this.#fail(`a warm run made ${writes} writes`);
  }
}

/** A hostname that is gone, with its access, the time and the sequence number. */
const TOMBSTONE = /^3 (\S+) G(\d+) \S+#([\da-z]+)$/;

/** Those that pass, and the others. */
function split<T>(all: readonly T[], passes: (one: T) => boolean): [T[], T[]] {
  return [all.filter(passes), all.filter((one) => !passes(one))];
}

function isCurrent(shown: Shown, target: { address: Address; launchedAt: number }): boolean {
  const { state, launchedAt } = shown;
  return state === 'running' && leadsTo(shown, nameIn(target.address)) && launchedAt === target.launchedAt;
}

function describeShown({ state, publicName, tags }: Shown): string {
  return `${state} at ${publicName || 'no name'} with ${JSON.stringify(Object.fromEntries(tags))}`;
}

/** Whether a run got the report that an instance ends, which also ends its claims. */
function isEndedIn({ bodies }: RunRecord, id: string): boolean {
  return bodies.some((body) => body.includes(`"${id}"`) && /"state":"(shutting-down|terminated)"/.test(body));
}

/** Whether a notification says that an instance stops, dies or runs, and when (epoch seconds). */
function noticeIn(body: string): { id: string; at: number; isDeath: boolean } | undefined {
  const [, state] = /"state":"([a-z-]+)"/.exec(body) ?? [];
  const [, id] = /"instance-id":"(i-[0-9a-f]{17})"/.exec(body) ?? [];
  const [, time] = /"time":"([^"]+)"/.exec(body) ?? [];
  if (state === undefined || id === undefined || time === undefined) return undefined;
  const isDeath = DEATHS.includes(state);
  if ((!isDeath && state !== 'running') || body.includes('"replay-name"')) return undefined;
  return { id, at: Date.parse(time) / 1000, isDeath };
}
