import type { Watched } from '../../core/events/fleet-event.ts';
import type { Mode } from '../../core/plan/policies/mode.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Meter } from '../meter.ts';
import type { Clock, Fleet, Journal, Metrics, Notebook } from '../ports.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { TokenOf } from '../tokens/tokens.ts';
import type { Memory } from './memory.ts';

/** What a reconcile needs. */
export interface ReconcileParts {
  fleet: Fleet;
  store: KnownStore;
  memory: Memory;
  clock: Clock;
  settings: Settings;
  /** Default: `sync`. */
  mode?: Mode;
  tokenOf: TokenOf;
}

/** What a report needs. */
export interface ReportParts extends Pick<ReconcileParts, 'store' | 'memory' | 'clock' | 'settings'> {
  journal: Journal;
  routesFile: Notebook;
  metrics: Metrics;
  log: (line: Record<string, unknown>) => void;
}

/** What a run needs. */
export interface RunParts extends ReconcileParts, ReportParts {
  /** Events from other accounts and regions are ignored. */
  watched: Watched;
  /** Counts the calls to the fleet and the store. */
  meter: Meter;
}
