import type { Entry } from '../../core/entry/entry.ts';
import type { Instance } from '../../core/instance.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import { listProblems } from '../../core/routes/route-problems.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { OpenNames } from '../names/settle-names.ts';
import type { FailedSource, StoreVersion } from '../ports.ts';
import type { Coverage } from '../read/coverage.ts';
import type { FleetView } from '../read/fleet-view.ts';
import type { Decision } from './decide.ts';
import type { Ledger } from './ledger.ts';

/** Result of one reconcile. */
export interface Reconciled {
  outcome: 'applied' | 'unchanged' | 'conflict' | 'failed';
  /** Why it failed, or what could not be listed. */
  reason?: string;
  /** The store is not as it should be, and only another attempt can help. */
  unwritten?: true;
  /** Hostnames written in all attempts of this run; incomplete if the outcome is `conflict` or `failed`. */
  puts: Hostname[];
  deletes: Hostname[];
  /** Hostnames whose change a policy held back or reduced. */
  withheld: readonly Hostname[];
  problems: readonly Problem[];
  /** Names to look up before the next decision; absent without a decision. */
  openNames?: OpenNames;
  /** The deployment's entries after the run; undefined if they are unknown. */
  entries?: ReadonlyMap<Hostname, Entry>;
  /** The instances that this run has read, corrected by reported deaths. */
  instances?: readonly Instance[];
  store?: StoreVersion;
  /** Lost races and lost responses. */
  conflicts: number;
  /** The entries of `puts`. */
  written: ReadonlyMap<Hostname, Entry>;
  /** The deployment's entries before the run; undefined if they could not be read. */
  before?: ReadonlyMap<Hostname, Entry>;
  /** Hints that need no further reconcile; undefined if this one did not read everything or left something undone. */
  coverage?: Coverage;
}

/** Describes a reconcile that did not write all it should. Only the writes so far are known. */
export function describeUnwritten(
  ledger: Ledger,
  outcome: 'conflict' | 'failed',
  reason: string,
): Reconciled {
  return { withheld: [], problems: [], ...ledger.account(), outcome, reason, unwritten: true };
}

/** The results of a run whose whole decision is in the store. */
export interface Finished {
  ledger: Ledger;
  decision: Pick<Decision, 'withheld' | 'openNames' | 'problems' | 'next'>;
  view: Pick<FleetView, 'instances' | 'failures'>;
  version: StoreVersion | undefined;
  /** Used if this run has read everything and left nothing undone. */
  coverage: Coverage;
}

export function describeFinished({ ledger, decision, view, version, coverage }: Finished): Reconciled {
  const account = ledger.account();
  const { withheld, openNames } = decision;
  const { failures, instances } = view;
  const problems = [...failures.map(failedProblem), ...listProblems(decision.problems)];
  const isChanged = account.puts.length + account.deletes.length > 0;
  if (!isChanged && instances.length === 0 && failures.length > 0) {
    const reason = `the fleet could not be listed, so no route was changed: ${reasonsOf(failures)}`;
    return { ...account, problems, withheld, openNames, outcome: 'failed', reason };
  }
  const isComplete = failures.length === 0 && withheld.length === 0;
  return {
    ...{ ...account, problems, withheld, openNames, outcome: isChanged ? 'applied' : 'unchanged' },
    ...(failures.length > 0
      ? { reason: `part of the fleet could not be listed: ${reasonsOf(failures)}` }
      : {}),
    entries: decision.next,
    instances,
    ...(version ? { store: version } : {}),
    ...(isComplete ? { coverage } : {}),
  };
}

function reasonsOf(failures: readonly FailedSource[]): string {
  return failures.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
}

/** The problem has the error's name alone, because the portal publishes it. */
function failedProblem({ source, error }: FailedSource): Problem {
  return makeProblem({
    ...{ code: 'listing-failed', found: source },
    what: `${source} could not be listed, so its routes stay unchanged: ${error}`,
    remedy: "the next sweep tries again; the updater's log has the details",
  });
}
