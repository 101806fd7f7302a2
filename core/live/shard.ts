import { seedOf } from '../wire/pick.ts';

/** One of the sixteen parts of the truth: a hexadecimal digit. */
export type Shard = string;

export const SHARDS: readonly Shard[] = [...'0123456789abcdef'];

/** The folder of the truth, in the bucket of the access rules. */
export const LIVE_PREFIX = 'live/';

/** The shard of a key of the store: a hostname or a wildcard. */
export function shardOf(key: string): Shard {
  return (seedOf(key) % SHARDS.length).toString(16);
}

/** The object of a shard: `live/a.json`. */
export function liveKey(shard: Shard): string {
  return `${LIVE_PREFIX}${shard}.json`;
}
