/** How often the token of each hostname was renewed. People raise the counts, and the updater reads them. */
import { count, Fault, mapOf, objectWith, oneOf, parseDocument } from '../schema.ts';
import type { DeploymentId, Hostname } from '../wire/brands.ts';

/** A hostname that is not listed still has its first token. */
export type TokenCounts = ReadonlyMap<Hostname, number>;

/** Folder of the document in the journal bucket. It never expires, because a lost count would make an old token valid again. */
const TOKENS_PREFIX = 'tokens/';

/** The key of a deployment's document in its journal bucket. */
export function tokenCountsKey(deployment: DeploymentId): string {
  return `${TOKENS_PREFIX}${deployment}.json`;
}

const DOCUMENT = objectWith<{ version: 1; counts: TokenCounts }>({ version: oneOf(1), counts: mapOf(count) });

/** Parses the output of `printTokenCounts`. */
export function parseTokenCounts(body: string): TokenCounts | Fault {
  const document = parseDocument(body, DOCUMENT);
  return document instanceof Fault ? document : document.counts;
}

export function printTokenCounts(counts: TokenCounts): string {
  return JSON.stringify({ version: 1, counts: Object.fromEntries(counts) });
}

/** The counts, one higher for each of the hostnames. */
export function raiseCounts(counts: TokenCounts, hostnames: readonly Hostname[]): TokenCounts {
  const more = new Set(hostnames);
  return new Map([
    ...counts,
    ...[...more].map((name): [string, number] => [name, (counts.get(name) ?? 0) + 1]),
  ]);
}
