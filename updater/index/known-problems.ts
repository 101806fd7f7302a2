import type { Instance } from '../../core/instance.ts';
import type { Problem } from '../../core/problem.ts';
import { olderFirst } from '../../core/routes/route.ts';
import type { ProblemsBySubject } from '../../core/routes/route-problems.ts';
import type { Hostname, InstanceId } from '../../core/wire/brands.ts';

/** The problems of the last complete decision, and of the decisions on parts since then. */
export class KnownProblems {
  readonly #byInstance = new Map<InstanceId, readonly Problem[]>();
  readonly #byHostname = new Map<Hostname, readonly Problem[]>();

  /** Replaces the problems of these instances and hostnames. */
  replace(ids: Iterable<InstanceId>, hostnames: Iterable<Hostname>, problems: ProblemsBySubject): void {
    for (const id of ids) replaceIn(this.#byInstance, id, problems.byInstance.get(id));
    for (const hostname of hostnames)
      replaceIn(this.#byHostname, hostname, problems.byHostname.get(hostname));
  }

  /** All problems, in the order of a decision on everything. */
  sort(find: (id: InstanceId) => Instance | undefined): ProblemsBySubject {
    const instances = [...this.#byInstance.keys()].flatMap((id) => find(id) ?? []);
    const sorted = instances.sort(olderFirst).map(({ id }) => [id, this.#byInstance.get(id) ?? []] as const);
    const named = [...this.#byHostname].sort(([a], [b]) => (a < b ? -1 : 1));
    return { byInstance: new Map(sorted), byHostname: new Map(named) };
  }
}

function replaceIn<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
