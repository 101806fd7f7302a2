import { WILDCARD_STEPS } from '../../../core/wire/hostname.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import type { Edge } from './edges.ts';

/** The key under which a hostname has its value. */
export interface FoundKey {
  key: string;
  /** Undefined if neither the hostname nor a wildcard has a value, or only a tombstone. */
  value: string | undefined;
  /** Labels from the hostname up to a wildcard; 0 for its own value. */
  level: number;
}

/** Finds the value of a hostname at an edge: its own, or that of the nearest wildcard. */
export function lookUp(read: Edge['read'], host: string): FoundKey {
  for (let level = 0; level <= WILDCARD_STEPS; level++) {
    const key = keyAt(host, level);
    if (key === undefined) break;
    const value = read(key);
    // The router reads no tombstone from before sign-in.
    if (value !== undefined && !/^3 [og]\S* G/.test(value)) return { key, value, level };
  }
  return { key: host, value: undefined, level: 0 };
}

/** The key that a lookup reads after climbing some labels; undefined above the base domain. */
export function keyAt(host: string, level: number): string | undefined {
  if (level === 0) return host;
  const above = host.split('.').slice(level).join('.');
  return above.endsWith(`.${BASE_DOMAIN}`) ? `*.${above}` : undefined;
}
