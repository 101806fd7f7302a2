import { FULL_PORTAL } from '../../../core/journal/portal-settings.ts';
import type { ClaimRule } from '../../../core/settings/claim-rules.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { LocalSecrets } from '../../../local/secrets/local-secrets.ts';
import { accountOf, type Environment } from '../../../updater/environment.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';
import { BASE_DOMAIN, CLAIMS } from '../judge/expected.ts';
import type { RunRecord } from '../judge/run-record.ts';
import { REGIONS } from '../story/action.ts';
import { mixed } from '../story/random.ts';
import type { Weather } from '../story/weather.ts';
import { createClients, type Services, type UpdateInput } from './clients.ts';
import { DnsModel } from './dns-model.ts';
import { Ec2Model, type FleetListener } from './ec2-model.ts';
import { Events } from './events.ts';
import { Lambda, type RunEnd } from './lambda.ts';
import { HOME, type Machine } from './machine.ts';
import { Network, type SimulatedProcess } from './network.ts';
import { Queue } from './queue.ts';
import { S3Model } from './s3-model.ts';
import { Timeline } from './timeline.ts';

/** Epoch milliseconds at which every history begins. */
export const START = Date.UTC(2026, 10, 23, 14, 0, 0);

export const MINUTE = 60_000;

/** The updater's environment in every history. */
export const ENVIRONMENT: Environment = {
  deployment: 'main',
  baseDomain: BASE_DOMAIN,
  keyValueStoreArn: 'arn:aws:cloudfront::123456789012:key-value-store/00000000-5eed-4000-8000-000000000000',
  journalBucket: 'journal',
  siteBucket: 'site',
  queueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/fleet.fifo',
  regions: REGIONS,
  mode: 'sync',
  monitoring: 'full',
  portal: FULL_PORTAL,
  readerRoles: [],
};

/** The updater of a history also lists another account, and claim rules restrict some names. */
export const OF_HISTORY: Environment = {
  ...ENVIRONMENT,
  readerRoles: ['arn:aws:iam::444455556666:role/edge-proxy-reader'],
  claims: CLAIMS,
};

const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';

/** The secret of session keys. */
export const SESSION_SECRET = `${SECRETS}sessions-5eed`;

/** The secret behind the tokens of apps. */
const ORIGIN_SECRET = `${SECRETS}origin-5eed`;

/** Its text. */
export const ORIGIN_TEXT = 'known-to-the-simulator-alone';

/** The same with a secret, so that entries have tokens. */
export function withTokens(environment: Environment): Environment {
  return { ...environment, originSecret: { arn: ORIGIN_SECRET } };
}

/**
 * The same with sign-in.
 *
 * @param openNames the names that a claim rule lets be public
 */
export function withSignIn(environment: Environment, openNames: readonly string[]): Environment {
  const open = openNames.map((name): ClaimRule => ({ names: [name], access: 'public' }));
  const signIn = { groups: ['devs', 'ops'], sessionSecretArn: SESSION_SECRET, accessBucket: 'access' };
  return { ...environment, claims: [...CLAIMS, ...open], signIn };
}

/** The observer of a history. */
export interface Witness {
  /** Records a line; the line is computed only if the trace is kept. */
  trace(line: () => string): void;
  stateChanged(): void;
  /** The updater's write has arrived at the store, which has not applied it yet. */
  beforeWrite(run: RunRecord, update: UpdateInput): void;
  /** An overdue write of the updater is about to take effect. */
  beforeLateWrite?(update: UpdateInput): void;
  /** The updater has got an answer of the store that has its version. */
  onVersion?(): void;
  /** A process has read the secret of session keys, or could not. */
  onSecretRead?(isGood: boolean): void;
  afterRun(run: RunRecord, end: RunEnd): void;
  /** A run has decided on a part of the fleet. */
  afterPart?(check: PartCheck): void;
}

/** A deployment of the updater and its surroundings, in memory and in virtual time. */
export class Cloud {
  readonly timeline: Timeline;
  readonly s3 = new S3Model();
  readonly secrets: LocalSecrets;
  readonly events = new Events();
  readonly kvs: KeyValueStore;
  readonly network: Network;
  readonly ec2: Ec2Model;
  readonly dns: DnsModel;
  readonly queue: Queue;
  readonly lambda: Lambda;
  readonly #witness: Witness;
  #sweeps = 0;
  #isSweeping = false;

  static async open(
    seed: number,
    weather: Weather,
    witness: Witness,
    environment = ENVIRONMENT,
  ): Promise<Cloud> {
    const staleETag = seed % 2 === 0 ? 'ValidationException' : 'ConflictException';
    const timeline = new Timeline(START);
    const kvs = new KeyValueStore({ clock: { now: () => timeline.now }, staleETag });
    return new Cloud(timeline, kvs, seed, weather, witness, environment);
  }

  private constructor(
    timeline: Timeline,
    kvs: KeyValueStore,
    seed: number,
    weather: Weather,
    witness: Witness,
    environment: Environment,
  ) {
    this.timeline = timeline;
    this.secrets = new LocalSecrets(() => Math.floor(timeline.now / 1_000));
    this.kvs = kvs;
    this.#witness = witness;
    this.secrets.put(ORIGIN_SECRET, ORIGIN_TEXT);
    this.secrets.put(SESSION_SECRET, 'session secret 0');
    this.network = new Network(this.timeline, weather, seed, (line) => witness.trace(line));
    const listener: FleetListener = {
      stateChanged: (machine) => this.#stateChanged(machine),
      tagsChanged: (machine, keys) =>
        this.emit(this.events.tagChange(machine, keys, this.timeline.now), 200, 3_000),
      named: (name, address) => this.dns.add(name, address),
    };
    const accounts = [HOME, ...environment.readerRoles.map(accountOf)];
    this.dns = new DnsModel(this.timeline, this.network);
    this.ec2 = new Ec2Model(this.timeline, this.network, listener, accounts);
    this.lambda = this.#lambda(seed, environment);
    const again = () => this.network.random('redelivered').chance(this.network.weather.redelivered);
    this.queue = new Queue(this.timeline, (event) => this.lambda.invoke(event), again);
  }

  /** Sends an event to the queue, with a delay between two bounds in milliseconds. As with EventBridge, the order is not kept. */
  emit(event: object, fastest: number, slowest: number): void {
    const { dropped, doubled, late } = this.network.weather;
    const random = this.network.random('event');
    if (random.chance(dropped)) {
      this.#witness.trace(() => `lost ${JSON.stringify(event).slice(0, 200)}`);
      return;
    }
    const lateness = random.chance(late) ? random.between(0, 30 * MINUTE) : 0;
    const delay = random.between(fastest, slowest) + lateness;
    const body = JSON.stringify(event);
    this.timeline.in(delay, () => this.queue.send(body));
    if (!random.chance(doubled)) return;
    // A duplicate is equal. An archive replays an event under its own id, and marks it.
    const again = random.chance(0.7) ? body : JSON.stringify({ ...event, 'replay-name': 'after the storm' });
    this.timeline.in(delay + random.between(0, 10 * MINUTE), () => this.queue.send(again));
  }

  sweep(): void {
    this.queue.send(JSON.stringify(this.events.sweep(this.timeline.now)));
  }

  audit(): void {
    this.queue.send(JSON.stringify(this.events.audit(this.timeline.now)));
  }

  /** An audit as a person asks for it. */
  auditNow(): void {
    const { if: _, ...asked } = this.events.audit(this.timeline.now);
    this.queue.send(JSON.stringify(asked));
  }

  /** Sends a sweep every minute and an audit every hour, as the rules of the updater stack do. */
  startSchedule(): void {
    this.#isSweeping = true;
    this.#tick();
  }

  stopSchedule(): void {
    this.#isSweeping = false;
  }

  /** Clients of a process other than the updater; its calls belong to no run. */
  clientsOf(process: SimulatedProcess): ReturnType<typeof createClients> {
    return createClients(process, this.#services());
  }

  #tick(): void {
    if (!this.#isSweeping) return;
    this.sweep();
    this.#sweeps += 1;
    if (this.#sweeps % 60 === 0) this.audit();
    this.timeline.in(MINUTE, () => this.#tick());
  }

  #lambda(seed: number, environment: Environment): Lambda {
    const { timeline, network } = this;
    const witness = this.#witness;
    const services = this.#services();
    const parts = {
      ...{ timeline, environment },
      clientsFor: (process: SimulatedProcess) => createClients(process, services),
      resolverFor: (process: SimulatedProcess) => this.dns.resolverOf(process),
      switches: () => network.random('switch').chance(network.weather.otherEnvironment),
      onPart: (check: PartCheck) => witness.afterPart?.(check),
      onRun: (run: RunRecord, end: RunEnd) => witness.afterRun(run, end),
      measured: (figures: object) => witness.trace(() => `figures ${JSON.stringify(figures)}`),
      log: (line: object) => witness.trace(() => `log ${JSON.stringify(line).slice(0, 400)}`),
    };
    return new Lambda(parts, mixed(seed, 0xe));
  }

  #services(): Services {
    const { network, kvs, s3, secrets, ec2 } = this;
    const beforeWrite = (run: RunRecord, update: UpdateInput) => this.#witness.beforeWrite(run, update);
    const beforeLateWrite = (update: UpdateInput) => this.#witness.beforeLateWrite?.(update);
    const changeVisibility = (receipts: readonly string[], delay: number) => {
      this.#witness.trace(() => `the batch comes back in ${delay} s`);
      this.queue.changeVisibility(receipts, delay * 1_000);
    };
    const onVersion = () => this.#witness.onVersion?.();
    const onSecretRead = (arn: string, isGood: boolean) => {
      if (arn === SESSION_SECRET) this.#witness.onSecretRead?.(isGood);
    };
    const seen = { beforeWrite, beforeLateWrite, onVersion, onSecretRead };
    return { ...{ network, kvs, s3, secrets, ec2 }, ...seen, changeVisibility };
  }

  #stateChanged(machine: Machine): void {
    this.#witness.trace(() => `${machine.id} is ${machine.state}`);
    this.#witness.stateChanged();
    this.emit(this.events.stateChange(machine, this.timeline.now), 100, 2_000);
  }
}
