import type { Entry } from './entry.ts';
import type { Changes } from './plan.ts';

/** What a policy let through, and the deletes that it held back until somebody confirms them. */
export interface Guarded {
  changes: Changes;
  withheld: readonly string[];
}

/** How many names may go in one run on the mere absence of their instances: the larger of the two. */
export const CEILING = { count: 5, share: 0.2 } as const;

/**
 * Limits the removals that are only inferred: names all of whose instances a complete listing does not show at all.
 * A wrong filter, a lost permission or another account look just like that. Removals with evidence (the instance is
 * listed as dying, stopped, or with other tags) are never limited: a route to a released address is a security hole.
 *
 * An empty listing proves nothing, so it removes nothing.
 */
export function limitInferred(
  changes: Changes,
  owned: ReadonlyMap<string, Entry>,
  listed: ReadonlySet<string>,
): Guarded {
  const inferred = [...changes.deletes].filter((hostname) => isInferred(owned.get(hostname), listed));
  const allowed = listed.size === 0 ? 0 : Math.max(CEILING.count, Math.floor(owned.size * CEILING.share));
  if (inferred.length <= allowed) return { changes, withheld: [] };
  const withheld = new Set(inferred);
  const deletes = new Set([...changes.deletes].filter((hostname) => !withheld.has(hostname)));
  return { changes: { puts: changes.puts, deletes }, withheld: inferred };
}

function isInferred(entry: Entry | undefined, listed: ReadonlySet<string>): boolean {
  return entry?.instances.every((member) => !listed.has(member.id)) ?? true;
}
