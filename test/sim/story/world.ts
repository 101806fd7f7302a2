import { decodeEntry, type Entry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';
import { findDivergence } from '../../support/stands/part-shadow.ts';
import type { UpdateInput } from '../cloud/clients.ts';
import {
  Cloud,
  ENVIRONMENT,
  MINUTE,
  OF_HISTORY,
  ORIGIN_TEXT,
  START,
  type Witness,
  withSignIn,
  withTokens,
} from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import { BrokenPromise, Judge } from '../judge/judge.ts';
import type { RunRecord } from '../judge/run-record.ts';
import { rememberingMac } from '../sign-in/concierge.ts';
import { SPREAD } from '../sign-in/edges.ts';
import { bringPeople, type People } from '../sign-in/people.ts';
import { SignInJudge } from '../sign-in/sign-in-judge.ts';
import { loadConcierge } from '../visitors/built-concierge.ts';
import type { VisitCounts } from '../visitors/visitors.ts';
import type { Step } from './action.ts';
import { Actor } from './actor.ts';
import { Hand } from './hand.ts';
import { hasSignIn } from './taste.ts';
import { CALM, weatherOf } from './weather.ts';

/** The keys of a store: our entries, and those of others. Unreadable values with our mark are in neither. */
export interface Keys {
  owned: ReadonlyMap<string, Entry>;
  foreign: ReadonlySet<string>;
}

/** Counts of one history. */
export interface Tally {
  runs: number;
  /** Runs that read and decided on a part of the fleet. */
  parted: number;
  crashes: number;
  changes: number;
  /** Milliseconds. */
  exposure: number;
  calls: ReadonlyMap<string, number>;
  faults: ReadonlyMap<string, number>;
  /** Absent in a history without sign-in. */
  visitors?: VisitCounts;
}

/** One history: a cloud, the people's actions, and a judge. */
export class World implements Witness {
  readonly deployment = ENVIRONMENT.deployment;
  readonly lines: string[] = [];
  readonly #seed: number;
  readonly #isTraced: boolean;
  #parts:
    | { cloud: Cloud; judge: Judge; hand: Hand; signIn: SignInJudge | undefined; people: People | undefined }
    | undefined;
  #keys: Keys | undefined;
  #broken: unknown;
  #lastRun = START;
  #lastEnd = START;
  #runs = 0;
  #crashes = 0;
  #changes = 0;
  #parted = 0;

  /**
   * @param isTraced keeps a trace for people
   * @param weather default: that of the seed
   */
  static async open(seed: number, isTraced = false, weather = weatherOf(seed)): Promise<World> {
    const world = new World(seed, isTraced);
    const isSignIn = hasSignIn(seed);
    const tokens = hasTokens(seed) ? withTokens(OF_HISTORY) : OF_HISTORY;
    const environment = isSignIn ? withSignIn(tokens, []) : tokens;
    const cloud = await Cloud.open(seed, weather, world, environment);
    const hand = new Hand(cloud.kvs, world.deployment, (key, value) => world.#noteEdit(key, value));
    const mac = rememberingMac();
    const owned = () => world.keys().owned;
    const signIn = isSignIn ? new SignInJudge(cloud, world.deployment, mac, owned) : undefined;
    const judge = new Judge(world, cloud, hasTokens(seed) ? ORIGIN_TEXT : undefined, signIn);
    world.#parts = { cloud, hand, judge, signIn, people: undefined };
    cloud.kvs.onWrite(({ changed }) => world.#noteWrite(changed));
    const report = (fault: string | undefined) => world.#guard(() => world.#report(fault));
    if (signIn)
      world.#parts.people = bringPeople({
        cloud,
        hand,
        judge: signIn,
        mac,
        report,
        seed,
        bundle: await loadConcierge(),
        trace: (line: () => string) => world.trace(line),
      });
    return world;
  }

  #report(fault: string | undefined): void {
    if (fault !== undefined) throw new BrokenPromise(fault);
  }

  private constructor(seed: number, isTraced: boolean) {
    this.#seed = seed;
    this.#isTraced = isTraced;
  }

  /**
   * Plays a history, and then waits until everything has settled.
   *
   * @throws BrokenPromise
   */
  async live(steps: readonly Step[]): Promise<Tally> {
    const { cloud, judge, hand, signIn, people } = this.#opened();
    const actor = new Actor({ ...cloudParts(cloud), hand, people, trace: (line) => this.trace(line) });
    cloud.startSchedule();
    for (const { at, action } of steps) {
      cloud.timeline.in(at, () => {
        actor.act(action);
        judge.watchExposure();
      });
    }
    await this.#until(START + (steps.at(-1)?.at ?? 0) + 1_000);
    await this.#heal(cloud);
    // An audit, or a fresh environment, finds changes by other writers.
    if (this.#seed % 2 === 0) cloud.lambda.recycle();
    else cloud.auditNow();
    await this.#sweep(cloud);
    await this.#sweep(cloud);
    judge.checkConverged([this.#lastRun, this.#lastEnd].map((time) => Math.floor(time / 1000)));
    this.#report(signIn?.orders.fault() ?? signIn?.orders.journalFault() ?? signIn?.truth.settledFault());
    await this.#rest(cloud);
    const { counts: calls, faults } = cloud.network;
    const facts = {
      ...{ runs: this.#runs, parted: this.#parted, crashes: this.#crashes, changes: this.#changes },
    };
    const visitors = people && { visitors: people.visitors.counts };
    return { ...facts, exposure: judge.exposure, calls, faults, ...visitors };
  }

  keys(): Keys {
    this.#keys ??= keysOf(this.#opened().cloud.kvs.entries, this.deployment);
    return this.#keys;
  }

  trace(line: () => string): void {
    if (!this.#isTraced) return;
    const time = ((this.#opened().cloud.timeline.now - START) / 1000).toFixed(2).padStart(9);
    this.lines.push(`${time} ${line()}`);
  }

  stateChanged(): void {
    this.#opened().judge.watchExposure();
  }

  beforeWrite(run: RunRecord, update: UpdateInput): void {
    const { cloud, hand, judge } = this.#opened();
    if (cloud.network.random('rival').chance(cloud.network.weather.rival)) {
      run.disturbed = true;
      hand.rivalWrite();
    }
    this.trace(() => {
      const puts = (update.Puts ?? []).map(({ Key, Value }) => `${Key} = ${Value}`);
      const deletes = (update.Deletes ?? []).map(({ Key }) => `no ${Key}`);
      return `write ${[...puts, ...deletes].join('; ')}`;
    });
    // A write of the session keys, or one that only clears tombstones, changes no name.
    const isChange = update.Puts?.some(({ Key }) => Key !== KEYS_KEY) === true;
    if (isChange && update.IfMatch === cloud.kvs.describe().etag) this.#changes += 1;
    this.#guard(() => judge.checkWrite(run, update));
  }

  beforeLateWrite(update: UpdateInput): void {
    const keys = [...(update.Puts ?? []), ...(update.Deletes ?? [])].map(({ Key }) => Key);
    this.trace(() => `an overdue write changes ${keys.join(', ')}`);
    for (const key of keys) this.#opened().judge.noteLateWrite(key);
  }

  onSecretRead(isGood: boolean): void {
    this.#opened().signIn?.keys.noteSecretRead(isGood);
  }

  onVersion(): void {
    this.#opened().judge.noteVersion();
  }

  afterRun(run: RunRecord, end: RunEnd): void {
    this.#runs += 1;
    // A run that does not read the fleet decides nothing.
    if (run.count('DescribeInstances') > 0) {
      this.#lastRun = run.startedAt;
      this.#lastEnd = this.#opened().cloud.timeline.now;
    }
    if (end.kind === 'crashed') this.#crashes += 1;
    const { judge } = this.#opened();
    // A write by another writer during the run may have come after the listing.
    if (run.count('ListKeys') > 0 && !run.disturbed) judge.readAll();
    this.trace(() => {
      const calls = run.calls.map(({ operation, fault }) => (fault ? `${operation} ${fault}` : operation));
      const what = end.kind === 'crashed' ? `crashed ${end.why}` : end.kind;
      return `run of ${run.bodies.length} in ${run.environment}: ${what} (${calls.join(', ')})`;
    });
    this.#guard(() => judge.checkRun(run, end));
  }

  afterPart(check: PartCheck): void {
    this.#parted += 1;
    this.#guard(() => {
      const divergence = findDivergence(check);
      if (divergence !== undefined) throw new BrokenPromise(divergence);
    });
  }

  #opened() {
    if (this.#parts === undefined) throw new Error('the world is not open yet');
    return this.#parts;
  }

  #noteEdit(key: string, value: string | undefined): void {
    this.#opened().judge.noteEdit(key);
    this.trace(() => `another writer sets ${key} = ${value ?? 'nothing'}`);
  }

  #noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    this.#keys = undefined;
    const { judge, signIn, cloud, people } = this.#opened();
    judge.noteApplied();
    judge.watchExposure();
    if (signIn === undefined) return;
    signIn.noteWrite(changed);
    people?.visitors.noteWrite(changed);
    this.#guard(() => this.#report(signIn.check()));
    // When the last edge has it.
    cloud.timeline.in(SPREAD + 1, () => this.#guard(() => this.#report(signIn.check())));
  }

  /**
   * Ends all faults, and waits until runs in progress and returned batches are done. A batch returns after two minutes, wrong tags
   * may keep a name for two more from then on, and the next sweep ends that.
   */
  async #heal(cloud: Cloud): Promise<void> {
    this.trace(() => 'all faults end');
    cloud.network.heal({ ...CALM, page: cloud.network.weather.page });
    cloud.ec2.heal();
    cloud.dns.heal();
    this.#opened().hand.release();
    await this.#until(cloud.timeline.now + 5 * MINUTE);
    for (let waits = 0; !cloud.queue.isIdle && waits < 20; waits++) {
      await this.#until(cloud.timeline.now + 2 * MINUTE);
    }
    cloud.stopSchedule();
  }

  /** Checks that a fresh environment finds nothing to write. */
  async #rest(cloud: Cloud): Promise<void> {
    // A late event may run at this moment, and finds its mirror gone.
    if (cloud.lambda.running) cloud.lambda.running.disturbed = true;
    cloud.lambda.recycle();
    cloud.s3.objects.delete(`journal/mirror/${this.deployment}.json`);
    const [changes, lastRun] = [this.#changes, this.#lastRun];
    await this.#sweep(cloud);
    if (this.#changes === changes || this.#opened().judge.leaseEnded(lastRun - MINUTE, this.#lastRun)) return;
    throw new BrokenPromise('at the end a fresh environment still finds something to write');
  }

  async #sweep(cloud: Cloud): Promise<void> {
    cloud.sweep();
    await this.#until(cloud.timeline.now + MINUTE);
  }

  async #until(end: number): Promise<void> {
    await this.#opened().cloud.timeline.until(end);
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Keeps the judge's error apart from the services' errors, which the updater would handle. */
  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error;
      this.trace(() => `BROKEN ${String(error)}`);
    }
  }
}

/** Every third history has tokens, and three quarters of those with sign-in. */
const hasTokens = (seed: number) => seed % 3 === 0 || (hasSignIn(seed) && seed % 4 !== 3);

function cloudParts(cloud: Cloud) {
  const { timeline, network, ec2, lambda, events } = cloud;
  return {
    ...{ timeline, network, ec2, lambda, events },
    emit: (event: object, fastest: number, slowest: number) => cloud.emit(event, fastest, slowest),
    send: (body: string) => cloud.queue.send(body),
  };
}

function keysOf(entries: ReadonlyMap<string, string>, deployment: string): Keys {
  const owned = new Map<string, Entry>();
  const foreign = new Set<string>();
  for (const [key, value] of entries) {
    const isOurs = deploymentOf(value) === deployment;
    const entry = isOurs ? decodeEntry(value) : undefined;
    if (entry) owned.set(key, entry);
    else if (!isOurs) foreign.add(key);
  }
  return { owned, foreign };
}
