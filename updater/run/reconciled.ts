import type { Entry } from '../../core/entry/entry.ts';
import type { Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { FailedSource, StoreVersion } from '../ports.ts';
import type { Coverage } from '../read/coverage.ts';
import type { FleetView } from '../read/fleet-view.ts';
import type { Decision } from './decide.ts';
import type { Ledger } from './ledger.ts';

/** What one reconcile came to. */
export interface Reconciled {
  outcome: 'applied' | 'unchanged' | 'conflict' | 'failed';
  /** Why, when it is `conflict` or `failed`, or what could not be listed. */
  reason?: string;
  /** The store is not what it should be and only another try can help. */
  unwritten?: true;
  /** What is in the store now, of earlier tries of this run too; partly done when it is `conflict` or `failed`. */
  puts: Hostname[];
  deletes: Hostname[];
  /** Names whose change a policy held back or cut down. */
  withheld: readonly Hostname[];
  problems: readonly Problem[];
  /** The owned entries as they now stand; undefined when they are not known. */
  entries?: ReadonlyMap<Hostname, Entry>;
  store?: StoreVersion;
  /** Lost races and lost responses that were run again. */
  conflicts: number;
  /** The entries behind `puts`. */
  written: ReadonlyMap<Hostname, Entry>;
  /** The owned entries as they stood before; undefined when they could not be read. */
  before?: ReadonlyMap<Hostname, Entry>;
  /** Hints that need no other reconcile; undefined when this one did not see everything, or left something undone. */
  coverage?: Coverage;
}

/** A reconcile that did not write what it should. What was written so far is all that is known. */
export function describeUnwritten(
  ledger: Ledger,
  outcome: 'conflict' | 'failed',
  reason: string,
): Reconciled {
  return { withheld: [], problems: [], ...ledger.account(), outcome, reason, unwritten: true };
}

/** What a reconcile has when all that it decided is in the store. */
export interface Finished {
  ledger: Ledger;
  decision: Decision;
  view: FleetView;
  version: StoreVersion | undefined;
  /** Covers what happened before it began. */
  coverage: Coverage;
}

export function describeFinished({ ledger, decision, view, version, coverage }: Finished): Reconciled {
  const account = ledger.account();
  const { problems, withheld } = decision;
  const { failures, instances } = view;
  const isChanged = account.puts.length + account.deletes.length > 0;
  if (!isChanged && instances.length === 0 && failures.length > 0) {
    const reason = `the fleet could not be listed, so no route was changed: ${reasonsOf(failures)}`;
    return { ...account, problems, withheld, outcome: 'failed', reason };
  }
  const isComplete = failures.length === 0 && withheld.length === 0;
  return {
    ...{ ...account, problems, withheld, outcome: isChanged ? 'applied' : 'unchanged' },
    ...(failures.length > 0 ? { reason: `not listed: ${reasonsOf(failures)}` } : {}),
    entries: decision.next,
    ...(version ? { store: version } : {}),
    ...(isComplete ? { coverage } : {}),
  };
}

function reasonsOf(failures: readonly FailedSource[]): string {
  return failures.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
}
