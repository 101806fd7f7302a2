import { type FleetFacts, NO_FACTS, parseFacts, printFacts } from '../core/fleet-facts.ts';
import { applied, type Changes, type Entries } from '../core/plan.ts';
import { type Surprise, surprisesIn } from '../core/surprise.ts';
import type { Notebook, RouteStore, StoreVersion, WriteOutcome } from './ports.ts';

/** What a store holds, and the version at which it does. */
export interface StoreContent {
  version: StoreVersion;
  entries: Entries;
}

/**
 * A route store whose content is known without asking: the CloudFront KeyValueStore API costs $1 per 1,000 calls,
 * so a read on each event would cost more than the proxy. What this environment knows lies in its memory and, for
 * other environments, in the mirror.
 *
 * The memory is trusted only while the mirror is the version that this very environment wrote. A mirror that another
 * environment wrote is trusted only after one Describe says that its ETag is the store's; it is then adopted (saved
 * again under our mark) *before* anything is written, so that the other environment asks in turn. The case to
 * survive: somebody writes the store from A to B and dies before the mirror, and the fleet goes back to A; a plan
 * from a copy that still says A would be empty, and B would stay.
 */
export class KnownStore {
  readonly #store: RouteStore;
  readonly #mirror: Notebook;
  readonly #writer: string;
  readonly #warn: (message: string) => void;
  #copy: StoreContent | undefined;
  #mirrorVersion: string | undefined;
  #takeovers = 0;
  #surprises = new Map<string, Surprise>();
  /** What events said and EC2 does not; it travels with the mirror. */
  facts: FleetFacts = NO_FACTS;

  /**
   * @param writer unique id of this environment: equal content by two writers must not look the same
   * @param warn hears of a mirror that can't be read or written: it costs calls, nothing else
   */
  constructor(store: RouteStore, mirror: Notebook, writer: string, warn: (message: string) => void) {
    this.#store = store;
    this.#mirror = mirror;
    this.#writer = writer;
    this.#warn = warn;
  }

  /** Version and size as the last read or write told them; undefined when nothing is known. */
  get version(): StoreVersion | undefined {
    return this.#copy?.version;
  }

  /**
   * Rises whenever a read could not rely on this environment's memory: another environment may have run since, and
   * whatever else this one remembers of its own doings may be out of date, too.
   */
  get takeovers(): number {
    return this.#takeovers;
  }

  /**
   * Keys that were not what the last run had left: it ended before it could tell, or somebody else wrote. Each is told
   * once; none when nobody knows what was left.
   */
  takeSurprises(): ReadonlyMap<string, Surprise> {
    const surprises = this.#surprises;
    this.#surprises = new Map();
    return surprises;
  }

  /** @param audit ask the store whether it is still what this environment believes, for one Describe */
  async read(audit = false): Promise<StoreContent> {
    const loaded = await this.#loadMirror();
    if (loaded === 'same' && this.#copy) return audit ? this.#audited(this.#copy) : this.#copy;
    this.#takeovers += 1;
    const mirrored = typeof loaded === 'string' ? undefined : contentOf(loaded.body);
    if (mirrored) this.facts = union(mirrored.facts, this.facts);
    const described = await this.#store.describe();
    const known = [this.#copy, mirrored].find((candidate) => candidate && isOf(described, candidate));
    if (known) return this.#adopt({ version: described, entries: known.entries });
    return this.#listed(described, mirrored ?? this.#copy);
  }

  async #audited(copy: StoreContent): Promise<StoreContent> {
    const described = await this.#store.describe();
    if (isOf(described, copy)) return copy;
    const content = await this.#listed(described, copy);
    this.#warn(`another writer was at the store: ${this.#surprises.size} keys are not what they were`);
    return content;
  }

  async #listed(version: StoreVersion, left: StoreContent | undefined): Promise<StoreContent> {
    const entries = await this.#store.list();
    if (left) this.#surprises = new Map([...surprisesIn(left.entries, entries), ...this.#surprises]);
    return this.#adopt({ version, entries });
  }

  async #adopt(content: StoreContent): Promise<StoreContent> {
    this.#copy = content;
    await this.settle();
    return content;
  }

  /** One write to the store. Whatever goes wrong, the copy is forgotten: the response may be lost, not the write. */
  async write(changes: Changes): Promise<WriteOutcome> {
    const before = this.#copy ?? (await this.read());
    this.#copy = undefined;
    const outcome = await this.#store.write(changes, before.version.etag);
    if (outcome.outcome === 'conflict') {
      this.forget();
      return outcome;
    }
    if (outcome.outcome !== 'applied') {
      this.#copy = before;
      return outcome;
    }
    const { etag, items, bytes } = outcome;
    this.#copy = { version: { etag, items, bytes }, entries: applied(before.entries, changes) };
    return outcome;
  }

  /** Saves the mirror. When that fails the memory is no longer vouched for, and the next read asks the store. */
  async settle(): Promise<void> {
    if (!this.#copy) return;
    try {
      this.#mirrorVersion = await this.#mirror.save(bodyOf(this.#copy, this.#writer, this.facts));
    } catch (error) {
      this.#mirrorVersion = undefined;
      this.#warn(`mirror not saved: ${String(error)}`);
    }
  }

  forget(): void {
    this.#copy = undefined;
    this.#mirrorVersion = undefined;
  }

  async #loadMirror() {
    try {
      return await this.#mirror.load(this.#mirrorVersion);
    } catch (error) {
      this.#warn(`mirror not loaded: ${String(error)}`);
      return 'absent' as const;
    }
  }
}

function isOf({ etag, items }: StoreVersion, content: StoreContent): boolean {
  return content.version.etag === etag && content.entries.size === items;
}

interface Mirror {
  version: 1;
  writer: string;
  store: StoreVersion;
  entries: Record<string, string>;
  facts?: unknown;
}

function bodyOf(content: StoreContent, writer: string, fleetFacts: FleetFacts): string {
  const entries = Object.fromEntries(content.entries);
  const facts = printFacts(fleetFacts);
  return JSON.stringify({ version: 1, writer, store: content.version, entries, facts } satisfies Mirror);
}

/** Undefined for what `bodyOf` of this version would not write: a damaged mirror costs a listing, no more. */
function contentOf(body: string): (StoreContent & { facts: FleetFacts }) | undefined {
  const mirror = parsed(body);
  if (mirror?.version !== 1 || !mirror.store || !mirror.entries) return undefined;
  const entries = new Map(Object.entries(mirror.entries));
  return { version: mirror.store, entries, facts: parseFacts(mirror.facts) };
}

function union(a: FleetFacts, b: FleetFacts): FleetFacts {
  return {
    deaths: new Map([...a.deaths, ...b.deaths]),
    warnings: new Map([...a.warnings, ...b.warnings]),
  };
}

function parsed(body: string): Partial<Mirror> | null {
  try {
    return JSON.parse(body) as Partial<Mirror> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
