import type { Changes } from '../../../core/plan/plan.ts';
import { listProblems } from '../../../core/routes/route-problems.ts';
import { type Decision, decide } from '../../../updater/run/decide.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';

/**
 * Where a decision on a part of the fleet differs from the decision on everything from the same facts; undefined if they are the
 * same.
 */
export function findDivergence({ decision, problems, entries, whole }: PartCheck): string | undefined {
  const due = decide(whole);
  const pairs = {
    changes: [describeChanges(decision.changes), describeChanges(due.changes)],
    withheld: [decision.withheld, due.withheld],
    paces: [sorted(decision.paces), sorted(due.paces)],
    deletesFirst: [decision.deletesFirst, due.deletesFirst],
    tombstones: [placed(decision), placed(due)],
    problems: [problems, listProblems(due.problems)],
    entries: [sorted(entries), sorted(due.next)],
  };
  const [name, pair] =
    Object.entries(pairs).find(([, [is, should]]) => JSON.stringify(is) !== JSON.stringify(should)) ?? [];
  if (name === undefined || pair === undefined) return undefined;
  const [is, should] = pair.map((each) => JSON.stringify(each));
  return `a decision on a part has ${name} ${is}, and the decision on everything ${should}`;
}

function placed(decision: Decision) {
  return describeChanges(decision.placeTombstones(decision.changes));
}

function describeChanges({ puts, deletes }: Changes) {
  return { puts: sorted(puts), deletes: [...deletes].sort() };
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
