import { createHash } from 'node:crypto';
import { decodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { printIpv6 } from '../../../core/ec2/ipv6.ts';
import type { Instance } from '../../../core/instance.ts';
import type { Figures } from '../../../core/metrics.ts';
import type { Changes, Entries } from '../../../core/plan/plan.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { StoreError } from '../../../local/kvs/kvs-rules.ts';
import type {
  BatchQueue,
  Clock,
  DnsAnswer,
  FailedSource,
  Fleet,
  Journal,
  Listing,
  Metrics,
  Place,
  Resolver,
  RouteStore,
  SharedNotebook,
  StoreVersion,
  Wanted,
  WriteOutcome,
} from '../../../updater/ports.ts';

/** A stand-in whose failures a test controls. */
class Fragile {
  /** The error that every call throws while it is set. */
  fault: Error | undefined;

  protected check(): void {
    if (this.fault) throw this.fault;
  }
}

/** The local KeyValueStore without HTTP; it counts the calls that AWS bills. */
export class MemoryRouteStore extends Fragile implements RouteStore {
  readonly calls = { describe: 0, list: 0, get: 0, write: 0 };
  readonly store: KeyValueStore;
  /** Runs once before the next write, as another writer. */
  before: (() => void) | undefined;
  /** Runs once after the next write; it may throw, so that the response is lost. */
  after: (() => void) | undefined;
  /** A listing reads the keys of the first half of the alphabet at its start, and the others after this has resolved. */
  listing: Promise<void> | undefined;

  private constructor(store: KeyValueStore) {
    super();
    this.store = store;
  }

  static async open(): Promise<MemoryRouteStore> {
    return new MemoryRouteStore(new KeyValueStore({ clock: Date }));
  }

  async describe(): Promise<StoreVersion> {
    this.check();
    this.calls.describe += 1;
    return this.store.describe();
  }

  async list(): Promise<Entries> {
    this.check();
    this.calls.list += 1;
    const first = [...this.store.entries].filter(([key]) => key < 'n');
    await this.listing;
    return new Map([...first, ...[...this.store.entries].filter(([key]) => key >= 'n')]);
  }

  async get(key: string): Promise<string | undefined> {
    this.check();
    this.calls.get += 1;
    return this.store.get(key);
  }

  async write(changes: Changes, etag: string): Promise<WriteOutcome> {
    this.check();
    this.calls.write += 1;
    this.#interrupt('before');
    const puts = [...changes.puts].map(([key, value]) => ({ key, value }));
    try {
      const version = this.store.update({ puts, deletes: [...changes.deletes] }, etag);
      this.#interrupt('after');
      return { outcome: 'applied', ...version };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.message.startsWith('Pre-Condition')) return { outcome: 'conflict' };
      const isFull = error.message.includes('individual key value store');
      return { outcome: isFull ? 'full' : 'refused', reason: error.message };
    }
  }

  /** Writes to the store as another client. */
  put(key: string, value: string): void {
    this.store.update({ puts: [{ key, value }] }, this.store.describe().etag);
  }

  #interrupt(when: 'before' | 'after'): void {
    const act = this[when];
    this[when] = undefined;
    act?.();
  }
}

/** A document in memory. As in S3, equal content has the same version. */
export class MemoryNotebook extends Fragile implements SharedNotebook {
  saves = 0;
  readonly #document: { body?: string | undefined };

  /** @param document shared by the notebooks of several environments */
  constructor(document: { body?: string | undefined } = {}) {
    super();
    this.#document = document;
  }

  get body(): string | undefined {
    return this.#document.body;
  }

  set body(body: string | undefined) {
    this.#document.body = body;
  }

  async load(known: string | undefined): Promise<{ body: string; version: string } | 'same' | 'absent'> {
    this.check();
    if (this.body === undefined) return 'absent';
    const version = versionOf(this.body);
    return version === known ? 'same' : { body: this.body, version };
  }

  async save(body: string): Promise<string> {
    this.check();
    this.saves += 1;
    this.body = body;
    return versionOf(body);
  }

  async replace(body: string, version: string): Promise<string> {
    this.check();
    const present = this.body === undefined ? 'absent' : versionOf(this.body);
    return present === version ? this.save(body) : 'changed';
  }
}

function versionOf(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** A journal in memory. */
export class MemoryJournal extends Fragile implements Journal {
  readonly records = new Map<string, string>();

  async append(key: string, body: string): Promise<'written' | 'duplicate'> {
    this.check();
    if (this.records.has(key)) return 'duplicate';
    this.records.set(key, body);
    return 'written';
  }
}

/** The figures of each run. */
export class MemoryMetrics implements Metrics {
  readonly runs: Figures[] = [];

  send(figures: Figures): void {
    this.runs.push(figures);
  }
}

/** A fleet that a test defines. */
export class MemoryFleet implements Fleet {
  instances: readonly Instance[] = [];
  /** Regions that do not answer. */
  readonly down = new Set<string>();
  /** The number of listings of the whole fleet, of repeated reads of instances, and of reads from one source. */
  readonly calls = { list: 0, read: 0, readFrom: 0 };
  /** The ids that the last listing requested besides the tagged instances. */
  also: readonly string[] = [];
  /** Name and text of the error of the regions that are down. */
  refusal = 'Error: RequestLimitExceeded';
  /** Sources that the last read omitted. */
  without: readonly string[] = [];
  /** Runs once after the next listing or read, to change the later answers of EC2. */
  after: (() => void) | undefined;

  async list(also: readonly string[] | Promise<readonly string[]>): Promise<Listing> {
    this.calls.list += 1;
    const ids = await also;
    this.also = ids;
    return this.#answer(
      ({ id, tags }) => ids.includes(id) || Object.keys(tags).some((key) => key.startsWith('proxy:')),
    );
  }

  async read(ids: readonly string[], without: readonly FailedSource[]): Promise<Listing> {
    this.calls.read += 1;
    this.without = without.map(({ source }) => source);
    return this.#answer(({ id }) => ids.includes(id));
  }

  async readFrom({ instances: wanted, interfaces: behind }: Wanted): Promise<Listing> {
    this.calls.readFrom += 1;
    const { instances, failures } = this.#answer(
      ({ id, region, interfaces = [] }) =>
        wanted.get(id) === region || interfaces.some((each) => behind.get(each) === region),
    );
    const asked = new Set([...wanted.values(), ...behind.values()]);
    return { instances, failures: failures.filter(({ source }) => asked.has(source)) };
  }

  /** A region is a source, for every account. */
  sourceOf({ region }: Place): string {
    return region;
  }

  #answer(isAskedFor: (instance: Instance) => boolean): Listing {
    const [error = ''] = this.refusal.split(':');
    const listing = {
      instances: this.instances.filter((each) => !this.down.has(each.region) && isAskedFor(each)),
      failures: [...this.down].map((source) => ({ source, error, reason: this.refusal })),
    };
    const act = this.after;
    this.after = undefined;
    act?.();
    return listing;
  }
}

/** DNS that knows the name of every IPv6 address, unless a test changes its answers. */
export class MemoryResolver implements Resolver {
  /** The names that were looked up. */
  readonly asked: string[] = [];
  /** The answer for each name; by default its own address. */
  answer: (name: string) => DnsAnswer | Promise<DnsAnswer> = addressesIn;

  async resolve6(name: string): Promise<DnsAnswer> {
    this.asked.push(name);
    return this.answer(name);
  }
}

/** The address that a public name encodes. */
export function addressesIn(name: string): DnsAnswer {
  const found = decodeIpAwsName(name);
  return found === undefined ? 'absent' : [printIpv6(found.ipv6)];
}

/** A clock that only a test advances. It records the requested waits, and its random number is always the highest. */
export class MemoryClock implements Clock {
  readonly waits: number[] = [];
  readonly #alarms = new Set<() => void>();
  #now: number;

  /** @param now epoch milliseconds */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Moves the time forward. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
  }

  /** Sets an alarm that goes off only at `ring()`. */
  alarm(_milliseconds: number, ring: () => void): () => void {
    this.#alarms.add(ring);
    return () => this.#alarms.delete(ring);
  }

  /** Lets all alarms go off. */
  ring(): void {
    const rings = [...this.#alarms];
    this.#alarms.clear();
    for (const ring of rings) ring();
  }

  random(): number {
    return 0.999_999;
  }
}

/** The queue, as a run sees it. */
export class MemoryQueue extends Fragile implements BatchQueue {
  /** All early returns so far. */
  readonly returns: { receipts: readonly string[]; delay: number }[] = [];

  async returnAfter(receipts: readonly string[], delay: number): Promise<void> {
    this.check();
    this.returns.push({ receipts, delay });
  }
}
