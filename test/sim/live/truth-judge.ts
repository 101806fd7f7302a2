import { decodeEntry, type Entry, isServing } from '../../../core/entry/entry.ts';
import { deploymentOf, type Mark } from '../../../core/entry/mark.ts';
import { decodeTombstone } from '../../../core/entry/tombstone.ts';
import type { Change } from '../../../core/live/change.ts';
import { hintOf } from '../../../core/live/hint-of.ts';
import { currentChanges, type LiveChanges, parseLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, shardOf } from '../../../core/live/shard.ts';
import { Fault } from '../../../core/schema.ts';
import { nameIn } from '../../support/values/instances.ts';
import type { UpdateInput } from '../cloud/clients.ts';
import { type Cloud, ENVIRONMENT, ORIGIN_TEXT } from '../cloud/cloud.ts';
import { tokenFor } from '../judge/expected.ts';
import type { RunRecord } from '../judge/run-record.ts';

/** The folder of the truth in the model of S3. */
export const TRUTH = 'access/live/';

/** Seconds in which a value is so young that the truth must have it: four minutes less the longest run. */
const YOUNG = 180;

/** Checks the promises of fresh routes: what the updater writes for the concierge, and the hints that come of it. */
export class TruthJudge {
  readonly #cloud: Cloud;
  /** The content of each shard. */
  readonly #shards = new Map<string, LiveChanges>();
  /** `key number address` of each value that the store has ever had. */
  readonly #had = new Set<string>();
  /** Keys whose last change the store never had. An older address does not come back. */
  readonly #dropped = new Set<string>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** The store has changed. */
  noteWrite(changed: ReadonlyMap<string, string | undefined>): void {
    for (const [key, value] of changed)
      for (const each of placesOf(key, decodeEntry(value ?? ''))) this.#had.add(each);
  }

  /** Why a shard must not be written like this; undefined if it may. */
  putFault(path: string, body: string): string | undefined {
    const changes = parseLiveFile(body);
    if (changes instanceof Fault) return `the truth cannot be read: ${changes}`;
    const before = this.#shards.get(path);
    this.#shards.set(path, changes);
    for (const [key, { sequence }] of before ?? [])
      if ((changes.get(key)?.sequence ?? 0) < sequence) this.#dropped.add(key);
    for (const [key, change] of changes) {
      if (change.sequence > (before?.get(key)?.sequence ?? 0)) this.#dropped.delete(key);
      if (path !== `access/${liveKey(shardOf(key))}`) return `the truth about ${key} is in ${path}`;
      if (body.includes(tokenFor(key, ORIGIN_TEXT))) return `the truth has the token of ${key}`;
      const isNew = JSON.stringify(before?.get(key)) !== JSON.stringify(change);
      if (isNew && change.fact.is === 'app' && !this.#had.has(placeOf(key, change.sequence, change.fact)))
        return `the truth leads ${key} to ${nameIn(change.fact.address)}, which the store never had as ${change.sequence}`;
    }
    return undefined;
  }

  /** Why the store must not be written yet; undefined if it may: the truth has each removal. */
  writeFault(run: RunRecord, { Puts = [], IfMatch }: UpdateInput): string | undefined {
    const { kvs } = this.#cloud;
    if (IfMatch !== kvs.describe().etag || run.failed('s3') || !run.terms.isSignIn) return undefined;
    for (const { Key, Value } of Puts) {
      const before = new Set(addressesOf(decodeEntry(kvs.get(Key) ?? '')));
      const after = decodeEntry(Value);
      for (const address of addressesOf(after)) before.delete(address);
      const [lost] = before;
      const { sequence } = after ?? decodeTombstone(Value) ?? {};
      const change = this.#truthOf(Key);
      if (lost !== undefined && !(change?.sequence === sequence && change?.fact.is !== 'app'))
        return `a write takes ${lost} from ${Key}, and the truth says ${JSON.stringify(change)}`;
    }
    return undefined;
  }

  /** How the truth differs from the store, after a sweep that nothing disturbed; undefined if it does not. */
  settledFault(): string | undefined {
    const { entries } = this.#cloud.kvs;
    for (const [key, change] of this.#changes()) {
      const value = entries.get(key);
      const mark = markOf(value);
      const isGone = mark === undefined && change.fact.is === 'gone';
      if (!isGone && mark?.sequence !== change.sequence)
        return `the truth about ${key} is ${JSON.stringify(change)}, and the store has ${value}`;
      const hint = hintOf(change, this.#now);
      const leads = hint?.fact.is === 'app' ? placeOf(key, hint.sequence, hint.fact) : undefined;
      if (leads !== undefined && !placesOf(key, decodeEntry(value ?? '')).includes(leads))
        return `a hint for ${key} leads to ${leads}, and the store has ${value}`;
    }
    for (const [key, value] of entries) {
      const mark = markOf(value);
      const isYoung =
        mark !== undefined && mark.sequence > this.#now - YOUNG && mark.sequence <= this.#now + 1;
      if (isYoung && !this.#truthOf(key) && !this.#dropped.has(key))
        return `the truth lacks ${key}, and the store has ${value}`;
    }
    return undefined;
  }

  /** The last change of a hostname, as the concierge reads it. */
  #truthOf(key: string): Change | undefined {
    const shard = this.#shards.get(`access/${liveKey(shardOf(key))}`);
    return shard && currentChanges(shard, this.#now).get(key);
  }

  #changes(): [string, Change][] {
    return [...this.#shards.values()].flatMap((shard) => [...currentChanges(shard, this.#now)]);
  }

  get #now(): number {
    return Math.floor(this.#cloud.timeline.now / 1_000);
  }
}

/** The number of one of our values. */
function markOf(value = ''): Mark | undefined {
  return deploymentOf(value) === ENVIRONMENT.deployment
    ? (decodeEntry(value) ?? decodeTombstone(value))
    : undefined;
}

function addressesOf(entry: Entry | undefined): string[] {
  return entry && isServing(entry)
    ? entry.instances.map(({ id, address }) => `${id} ${nameIn(address)}`)
    : [];
}

function placesOf(key: string, entry: Entry | undefined): string[] {
  return addressesOf(entry).map((address) => `${key} ${entry?.sequence} ${address}`);
}

function placeOf(
  key: string,
  sequence: number,
  { instance, address }: Extract<Change['fact'], { is: 'app' }>,
): string {
  return `${key} ${sequence} ${instance} ${nameIn(address)}`;
}
