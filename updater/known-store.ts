import { applied, type Changes, type Entries } from '../core/plan.ts';
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

  async read(): Promise<StoreContent> {
    const loaded = await this.#loadMirror();
    if (loaded === 'same' && this.#copy) return this.#copy;
    this.#takeovers += 1;
    const described = await this.#store.describe();
    const candidates = [this.#copy, typeof loaded === 'string' ? undefined : contentOf(loaded.body)];
    const known = candidates.find((candidate) => candidate && isOf(described, candidate));
    this.#copy = { version: described, entries: known?.entries ?? (await this.#store.list()) };
    await this.settle();
    return this.#copy;
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
    const { etag, items, bytes } = outcome;
    this.#copy = { version: { etag, items, bytes }, entries: applied(before.entries, changes) };
    return outcome;
  }

  /** Saves the mirror. When that fails the memory is no longer vouched for, and the next read asks the store. */
  async settle(): Promise<void> {
    if (!this.#copy) return;
    try {
      this.#mirrorVersion = await this.#mirror.save(bodyOf(this.#copy, this.#writer));
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
}

function bodyOf(content: StoreContent, writer: string): string {
  const entries = Object.fromEntries(content.entries);
  return JSON.stringify({ version: 1, writer, store: content.version, entries } satisfies Mirror);
}

/** Undefined for what `bodyOf` of this version would not write: a damaged mirror costs a listing, no more. */
function contentOf(body: string): StoreContent | undefined {
  const mirror = parsed(body);
  if (mirror?.version !== 1 || !mirror.store || !mirror.entries) return undefined;
  return { version: mirror.store, entries: new Map(Object.entries(mirror.entries)) };
}

function parsed(body: string): Partial<Mirror> | null {
  try {
    return JSON.parse(body) as Partial<Mirror> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
