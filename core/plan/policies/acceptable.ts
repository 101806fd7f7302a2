import { numbered } from '../../entry/access.ts';
import { decodeEntry, encodeEntry } from '../../entry/entry.ts';
import { LIMITS } from '../../wire/limits.ts';
import type { Policy } from './policy.ts';
import { bytesOf } from './quota.ts';

/** Content that the service refused, by hostname. It is not written again until it changes. */
export type Refusals = ReadonlyMap<string, { content: string; reason: string }>;

/** A value without its sequence numbers: a value that was refused gets new ones with each attempt. */
export function contentOf(value: string): string {
  const entry = decodeEntry(value);
  return entry ? encodeEntry({ ...entry, access: numbered(entry.access, 0), sequence: 0 }) : value;
}

/** Holds back values that the store would refuse, so that one bad name does not fail its batch. */
export function acceptable(refusals: Refusals): Policy {
  const isRefused = (key: string, value: string) => refusals.get(key)?.content === contentOf(value);
  return {
    apply: ({ puts, deletes }) => {
      const good = [...puts].filter(([key, value]) => fits(key, value) && !isRefused(key, value));
      return { puts: new Map(good), deletes };
    },
    explain: (hostname) => {
      const reason = refusals.get(hostname)?.reason ?? 'its key or value is longer than the store allows';
      return {
        ...{ code: 'store-refused', found: reason },
        what: `${hostname} was not written: ${reason}`,
        remedy: 'change its tags',
      };
    },
  };
}

function fits(key: string, value: string): boolean {
  return bytesOf(key) <= LIMITS.keyBytes && bytesOf(value) <= LIMITS.valueBytes;
}
