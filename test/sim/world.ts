import { decodeEntry, type Entry, ownerOf } from '../../core/entry.ts';
import { KeyValueStore } from '../../local/kvs/key-value-store.ts';
import type { Environment } from '../../updater/environment.ts';
import { Actor } from './actor.ts';
import { clientsFor, type Services, type UpdateInput } from './clients.ts';
import { Ec2Model } from './ec2-model.ts';
import { Events } from './events.ts';
import { BASE_DOMAIN } from './expected.ts';
import { Hand } from './hand.ts';
import { BrokenPromise, Judge } from './judge.ts';
import { Lambda, type RunEnd } from './lambda.ts';
import type { Machine } from './machine.ts';
import { Network, type Process } from './network.ts';
import { Queue } from './queue.ts';
import { mixed } from './random.ts';
import type { RunRecord } from './run-record.ts';
import { S3Model } from './s3-model.ts';
import { REGIONS, type Step } from './story.ts';
import { Timeline } from './timeline.ts';
import { type Weather, weatherOf } from './weather.ts';

/** Epoch milliseconds at which every history begins. */
const START = Date.UTC(2026, 10, 23, 14, 0, 0);
const MINUTE = 60_000;

const ENVIRONMENT: Environment = {
  owner: 'main',
  baseDomain: BASE_DOMAIN,
  keyValueStoreArn: 'arn:aws:cloudfront::123456789012:key-value-store/00000000-5eed-4000-8000-000000000000',
  journalBucket: 'journal',
  siteBucket: 'site',
  regions: REGIONS,
  mode: 'sync',
  readerRoles: [],
};

/** The keys of a store: ours by entry, and those of others. What carries our mark but can't be read is neither. */
interface Keys {
  owned: ReadonlyMap<string, Entry>;
  foreign: ReadonlySet<string>;
}

/** What one history was made of. */
export interface Tally {
  runs: number;
  crashes: number;
  changes: number;
  /** Milliseconds. */
  exposure: number;
  calls: ReadonlyMap<string, number>;
  faults: ReadonlyMap<string, number>;
}

/** Everything around the updater in one history, and the updater itself as it is composed for Lambda. */
export class World {
  readonly owner = ENVIRONMENT.owner;
  readonly regions: readonly string[] = ENVIRONMENT.regions;
  readonly timeline = new Timeline(START);
  readonly s3 = new S3Model();
  readonly kvs: KeyValueStore;
  readonly network: Network;
  readonly ec2: Ec2Model;
  readonly queue: Queue;
  readonly lambda: Lambda;
  readonly judge: Judge;
  /** Events that S3 did not take, by the network's doing. */
  readonly unjournaled = new Set<string>();
  readonly lines: string[] = [];
  readonly #events = new Events();
  #keys: Keys | undefined;
  readonly #seed: number;
  readonly #isTraced: boolean;
  readonly #hand: Hand;
  readonly #actor: Actor;
  #broken: unknown;
  #isOver = false;
  #lastRun = START;
  #sweeps = 0;
  #runs = 0;
  #crashes = 0;
  #changes = 0;

  static async open(seed: number, isTraced = false): Promise<World> {
    const staleETag = seed % 2 === 0 ? 'ValidationException' : 'ConflictException';
    const world: { timeline?: Timeline } = {};
    const clock = { now: () => world.timeline?.now ?? START };
    const kvs = await KeyValueStore.open({ clock, staleETag });
    const opened = new World(seed, kvs, weatherOf(seed), isTraced);
    world.timeline = opened.timeline;
    return opened;
  }

  private constructor(seed: number, kvs: KeyValueStore, weather: Weather, isTraced: boolean) {
    this.#seed = seed;
    this.kvs = kvs;
    this.#isTraced = isTraced;
    this.network = new Network(this.timeline, weather, seed, (line) => this.#trace(line));
    const listener = {
      stateChanged: (machine: Machine) => this.#stateChanged(machine),
      tagsChanged: (machine: Machine, keys: readonly string[]) =>
        this.#emit(this.#events.tagChange(machine, keys, this.timeline.now), 200, 3_000),
    };
    this.ec2 = new Ec2Model(this.timeline, this.network, listener);
    this.judge = new Judge(this);
    const again = () => this.network.random('redelivered').chance(this.network.weather.redelivered);
    this.lambda = this.#lambda(seed);
    this.queue = new Queue(this.timeline, (event) => this.lambda.invoke(event), again);
    this.#hand = new Hand(kvs, this.owner, (key, value) => {
      this.judge.edited(key);
      this.#trace(() => `somebody writes ${key} = ${value ?? 'nothing'}`);
    });
    this.#actor = this.#actorOf();
    kvs.onWrite(() => {
      this.#keys = undefined;
      this.judge.watchExposure();
    });
  }

  /** Lives through a history, and everything after it until nothing moves any more. */
  async live(steps: readonly Step[]): Promise<Tally> {
    this.#sweep();
    for (const { at, action } of steps) this.timeline.in(at, () => this.#actor.act(action));
    await this.#until(START + (steps.at(-1)?.at ?? 0) + 1_000);
    this.#heal();
    await this.#until(this.timeline.now + 3 * MINUTE);
    // What edges of crashes and outages left in the queue comes back within its visibility timeout.
    for (let waits = 0; !this.queue.isIdle && waits < 20; waits++)
      await this.#until(this.timeline.now + 2 * MINUTE);
    this.#isOver = true;
    // What somebody did to the store is found by the audit, and by an environment that starts.
    if (this.#seed % 2 === 0) this.lambda.recycle();
    else this.queue.send(JSON.stringify(this.#events.audit(this.timeline.now)));
    await this.#sweepOnce();
    await this.#sweepOnce();
    this.judge.converged(Math.floor(this.#lastRun / 1000));
    await this.#checkRest();
    return this.#tally();
  }

  /** The keys of the store, ours and those of others. */
  keys(): Keys {
    this.#keys ??= keysOf(this.kvs.entries, this.owner);
    return this.#keys;
  }

  /** An environment that knows nothing finds nothing to do. */
  async #checkRest(): Promise<void> {
    this.lambda.recycle();
    for (const path of [...this.s3.objects.keys()])
      if (path.includes('/mirror/')) this.s3.objects.delete(path);
    const [changes, lastRun] = [this.#changes, this.#lastRun];
    await this.#sweepOnce();
    if (this.#changes === changes || this.judge.leaseEnded(lastRun - MINUTE, this.#lastRun)) return;
    throw new BrokenPromise('in the end a fresh environment still finds something to write');
  }

  async #sweepOnce(): Promise<void> {
    this.queue.send(JSON.stringify(this.#events.sweep(this.timeline.now)));
    await this.#until(this.timeline.now + MINUTE);
  }

  async #until(end: number): Promise<void> {
    await this.timeline.until(end);
    if (this.#broken !== undefined) throw this.#broken;
  }

  #heal(): void {
    const { weather } = this.network;
    this.network.heal({ ...CALM, page: weather.page });
    this.ec2.heal();
    this.#trace(() => 'everything heals');
  }

  #lambda(seed: number): Lambda {
    const services: Services = {
      network: this.network,
      kvs: this.kvs,
      s3: this.s3,
      ec2: this.ec2,
      beforeWrite: (process, update) => this.#beforeWrite(process, update),
    };
    return new Lambda(
      {
        timeline: this.timeline,
        environment: ENVIRONMENT,
        clientsFor: (process) => clientsFor(process, services),
        switches: () => this.network.random('switch').chance(this.network.weather.otherEnvironment),
        onRun: (run, end) => this.#ran(run, end),
        measured: (figures) => this.#trace(() => `figures ${JSON.stringify(figures)}`),
        log: (line) => this.#trace(() => `log ${JSON.stringify(line).slice(0, 400)}`),
      },
      mixed(seed, 0xe),
    );
  }

  #actorOf(): Actor {
    return new Actor({
      timeline: this.timeline,
      network: this.network,
      ec2: this.ec2,
      lambda: this.lambda,
      events: this.#events,
      hand: this.#hand,
      emit: (event, fastest, slowest) => this.#emit(event, fastest, slowest),
      send: (body) => this.#send(body),
      trace: (line) => this.#trace(line),
    });
  }

  #guarded(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error;
      this.#trace(() => `BROKEN ${String(error)}`);
    }
  }

  #beforeWrite(process: Process, update: UpdateInput): void {
    const { run } = process;
    const random = this.network.random('rival');
    if (random.chance(this.network.weather.rival)) {
      if (run) run.disturbed = true;
      this.#hand.rivalWrite();
    }
    this.#trace(() => {
      const puts = (update.Puts ?? []).map(({ Key, Value }) => `${Key} = ${Value}`);
      const deletes = (update.Deletes ?? []).map(({ Key }) => `no ${Key}`);
      return `write ${[...puts, ...deletes].join('; ')}`;
    });
    if (update.IfMatch === this.kvs.describe().etag) this.#changes += 1;
    if (run) this.#guarded(() => this.judge.writing(run, update));
  }

  #ran(run: RunRecord, end: RunEnd): void {
    this.#runs += 1;
    this.#lastRun = run.startedAt;
    if (end.kind === 'crashed') this.#crashes += 1;
    if (run.failed('s3')) for (const body of run.bodies) this.unjournaled.add(body);
    // What somebody wrote in the middle of the run may have come after the listing.
    if (run.count('ListKeys') > 0 && !run.disturbed) this.judge.readAll();
    this.#trace(() => {
      const calls = run.calls.map(({ operation, fault }) => (fault ? `${operation} ${fault}` : operation));
      const what = end.kind === 'crashed' ? `crashed ${end.why}` : end.kind;
      return `run of ${run.bodies.length} in ${run.environment}: ${what} (${calls.join(', ')})`;
    });
    this.#guarded(() => this.judge.ran(run, end));
  }

  #tally(): Tally {
    const { counts: calls, faults } = this.network;
    const facts = { runs: this.#runs, crashes: this.#crashes, changes: this.#changes };
    return { ...facts, exposure: this.judge.exposure, calls, faults };
  }

  #trace(line: () => string): void {
    if (!this.#isTraced) return;
    const time = ((this.timeline.now - START) / 1000).toFixed(2).padStart(9);
    this.lines.push(`${time} ${line()}`);
  }

  #sweep(): void {
    if (this.#isOver) return;
    this.queue.send(JSON.stringify(this.#events.sweep(this.timeline.now)));
    this.#sweeps += 1;
    if (this.#sweeps % 60 === 0) this.queue.send(JSON.stringify(this.#events.audit(this.timeline.now)));
    this.timeline.in(MINUTE, () => this.#sweep());
  }

  #stateChanged(machine: Machine): void {
    this.#trace(() => `${machine.id} is ${machine.state}`);
    this.judge.watchExposure();
    this.#emit(this.#events.stateChange(machine, this.timeline.now), 100, 2_000);
  }

  /** An event on its way to the queue: best effort, in no order. */
  #emit(event: object, fastest: number, slowest: number): void {
    const { dropped, doubled, late } = this.network.weather;
    const random = this.network.random('event');
    if (random.chance(dropped)) {
      this.#trace(() => `lost ${JSON.stringify(event).slice(0, 200)}`);
      return;
    }
    const delay =
      random.between(fastest, slowest) + (random.chance(late) ? random.between(0, 30 * MINUTE) : 0);
    const body = JSON.stringify(event);
    this.timeline.in(delay, () => this.#send(body));
    if (random.chance(doubled)) {
      this.timeline.in(delay + random.between(0, 10 * MINUTE), () => this.#send(body));
    }
  }

  #send(body: string): void {
    if (!this.#isOver) this.queue.send(body);
  }
}

/** A weather in which nothing goes wrong. */
const CALM = weatherOf([...Array(1000).keys()].find((seed) => weatherOf(seed).name === 'calm') ?? 0);

function keysOf(entries: ReadonlyMap<string, string>, owner: string): Keys {
  const owned = new Map<string, Entry>();
  const foreign = new Set<string>();
  for (const [key, value] of entries) {
    const isOurs = ownerOf(value) === owner;
    const entry = isOurs ? decodeEntry(value) : undefined;
    if (entry) owned.set(key, entry);
    else if (!isOurs) foreign.add(key);
  }
  return { owned, foreign };
}
