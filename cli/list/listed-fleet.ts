import type { InstanceState } from '../../core/instance.ts';
import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import type { LastRequests } from '../../core/traffic/last-requests.ts';

/** The facts about names that instances do not have themselves. */
export interface NameFacts {
  routes: readonly RouteSummary[];
  /** As the updater knows them. */
  known: readonly InstanceSummary[];
  lastRequests: LastRequests;
}

/** An instance to list. */
export interface ListedInstance {
  id: string;
  state: InstanceState;
  /** Its tag `owner`. */
  owner?: string | undefined;
  /** Why it does not answer, as far as its machine says so; a line each. */
  reasons: readonly string[];
}

/** All that `list` shows. */
export interface ListedFleet extends NameFacts {
  /** Oldest first. */
  instances: readonly ListedInstance[];
  problems: readonly Problem[];
  /** The line for a fleet without instances, names and problems. */
  nothing: string;
  /** The gaps of the list, with their reasons. */
  notes: readonly string[];
}
