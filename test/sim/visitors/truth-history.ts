import type { Change } from '../../../core/live/change.ts';
import { parseLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, shardOf } from '../../../core/live/shard.ts';
import { Fault } from '../../../core/schema.ts';
import { nameIn } from '../../support/values/instances.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { TRUTH } from '../live/truth-judge.ts';

/** A change of one hostname in the truth, or that it has none. */
interface Version {
  /** Epoch milliseconds since when the bucket has it. */
  from: number;
  change: Change | undefined;
}

/** All versions of the truth, by hostname. */
export class TruthHistory {
  readonly #timeline: Timeline;
  readonly #versions = new Map<string, Version[]>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The bucket has a new object. */
  notePut(path: string, body: string): void {
    if (!path.startsWith(TRUTH)) return;
    const changes = parseLiveFile(body);
    if (changes instanceof Fault) return;
    for (const [key, change] of changes) this.#note(key, change);
    const isHere = (key: string) => path === `access/${liveKey(shardOf(key))}`;
    for (const key of this.#versions.keys()) if (isHere(key) && !changes.has(key)) this.#note(key, undefined);
  }

  #note(key: string, change: Change | undefined): void {
    const versions = this.#versions.get(key) ?? [];
    if (JSON.stringify(versions.at(-1)?.change) === JSON.stringify(change)) return;
    versions.push({ from: this.#timeline.now, change });
    this.#versions.set(key, versions);
  }

  /** The version now. */
  current(host: string): Version {
    return this.#versions.get(host)?.at(-1) ?? NEVER;
  }

  /** The versions that the bucket had at some moment since a time. */
  since(host: string, from: number): readonly (Change | undefined)[] {
    const versions = [NEVER, ...(this.#versions.get(host) ?? [])];
    const first = versions.findLastIndex((version) => version.from <= from);
    return versions.slice(first).map(({ change }) => change);
  }

  /** Whether the truth led a hostname to an address at some moment since a time. */
  hasLed(host: string, address: string, from: number): boolean {
    return this.since(host, from).some(
      (change) => change?.fact.is === 'app' && nameIn(change.fact.address) === address,
    );
  }
}

const NEVER: Version = { from: Number.NEGATIVE_INFINITY, change: undefined };
