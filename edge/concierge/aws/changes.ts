import type { Change } from '../../../core/live/change.ts';
import { type LiveChanges, parseLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, SHARDS, type Shard, shardOf } from '../../../core/live/shard.ts';
import { Fault } from '../../../core/schema.ts';
import type { ConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import type { Hostname, Milliseconds } from '../../../core/wire/brands.ts';
import { UnavailableError } from '../reading/bounded-fetch.ts';
import { kept } from '../reading/kept.ts';
import { readObjectIfPresent } from './bucket.ts';

/** A page asks again by itself, so one attempt is enough. */
const PATIENCE = { timeout: 1_000, isRepeated: false };

/** Many tabs ask each second. */
const KEPT: Milliseconds = 1_000;

const NONE: LiveChanges = new Map();

/** Reads the last changes of hostnames from the access bucket. Each object is read once a second at most. */
export function changeReader(
  bucket: ConciergeSettings['access'],
  environment: NodeJS.ProcessEnv,
  now: () => Milliseconds,
): (host: Hostname) => Promise<Change | undefined> {
  const readShard = async (shard: Shard): Promise<LiveChanges> => {
    const key = liveKey(shard);
    const body = await readObjectIfPresent({ ...bucket, key }, environment, PATIENCE);
    // No hostname of the shard has ever changed.
    if (body === undefined) return NONE;
    const changes = parseLiveFile(body);
    if (changes instanceof Fault) throw new UnavailableError(`${key} cannot be read: ${changes}`);
    return changes;
  };
  const readers = new Map(
    SHARDS.map((shard) => [shard, kept(() => readShard(shard), { fresh: KEPT, stale: KEPT, now })]),
  );
  return async (host) => (await readers.get(shardOf(host))?.())?.get(host);
}
