import type { Entry } from '../../entry/entry.ts';
import type { Instance } from '../../instance.ts';
import { type Explanation, makeProblem, type Problem } from '../../problem.ts';
import type { Hostname } from '../../wire/brands.ts';
import type { Changes, Entries } from '../plan.ts';

/** The facts that policies use beside the changes. */
export interface Scene {
  /** The content of the store. */
  current: Entries;
  /** The entries of this deployment in it. */
  owned: ReadonlyMap<string, Entry>;
  /** The instances that were listed, by id. */
  seen: ReadonlyMap<string, Instance>;
  /** Ids that are not listed and that a recent event reports as stopped or terminated. */
  reportedDead: ReadonlySet<string>;
  /** Number that every put carries. */
  sequence: number;
  /** Bytes that the store holds now. */
  bytes: number;
}

/** A safety feature: it passes changes, reduces them or holds them back. */
export interface Policy {
  apply(changes: Changes, scene: Scene): Changes;
  /** The message for a name whose change was held back or reduced; undefined if people need not know. */
  explain(hostname: Hostname, scene: Scene): Explanation | undefined;
}

/** The changes that passed all policies, and the names whose change was held back or reduced. */
export interface Policed {
  changes: Changes;
  withheld: readonly string[];
  problems: readonly Problem[];
}

/** Applies policies one after the other. */
export function applyPolicies(changes: Changes, policies: readonly Policy[], scene: Scene): Policed {
  const withheld = new Set<string>();
  const problems: Problem[] = [];
  let passed = changes;
  for (const policy of policies) {
    const next = policy.apply(passed, scene);
    for (const hostname of differing(passed, next)) {
      withheld.add(hostname);
      const explanation = policy.explain(hostname, scene);
      if (explanation) problems.push(makeProblem({ ...explanation, hostnames: [hostname] }));
    }
    passed = next;
  }
  return { changes: passed, withheld: [...withheld].sort(), problems };
}

function differing(before: Changes, after: Changes): string[] {
  const puts = [...before.puts].filter(([key, value]) => after.puts.get(key) !== value).map(([key]) => key);
  return [...puts, ...[...before.deletes].filter((key) => !after.deletes.has(key))];
}
