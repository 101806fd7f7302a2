import type { Entry } from '../../core/entry/entry.ts';
import type { Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';
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
  /** The deployment's entries after the run; undefined if they are unknown. */
  entries?: ReadonlyMap<Hostname, Entry>;
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

/** What is known when the whole decision is in the store. */
export interface Finished {
  ledger: Ledger;
  decision: Decision;
  view: FleetView;
  version: StoreVersion | undefined;
  /** Used if this run has read everything and left nothing undone. */
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
    ...(failures.length > 0
      ? { reason: `part of the fleet could not be listed: ${reasonsOf(failures)}` }
      : {}),
    entries: decision.next,
    ...(version ? { store: version } : {}),
    ...(isComplete ? { coverage } : {}),
  };
}

function reasonsOf(failures: readonly FailedSource[]): string {
  return failures.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
}
