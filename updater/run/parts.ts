import type { Entry } from '../../core/entry/entry.ts';
import type { Watched } from '../../core/events/fleet-event.ts';
import type { PortalSettings } from '../../core/journal/portal-settings.ts';
import type { Mode } from '../../core/plan/policies/mode.ts';
import type { Problem } from '../../core/problem.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Truth } from '../live/truth.ts';
import type { Meter } from '../meter.ts';
import type { PublicNames } from '../names/public-names.ts';
import type { BatchQueue, Clock, Fleet, Journal, Metrics, Notebook } from '../ports.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { TokenOf } from '../tokens/tokens.ts';
import type { Conditions, Decision, DecisionInputs } from './decide.ts';
import type { Memory } from './memory.ts';

/** The parts that a reconcile needs. */
export interface ReconcileParts {
  fleet: Fleet;
  store: KnownStore;
  memory: Memory;
  clock: Clock;
  settings: Settings;
  /** Default: `sync`. */
  mode?: Mode;
  names: PublicNames;
  tokenOf: TokenOf;
  /** Changes whenever `tokenOf` may give other tokens. */
  tokenEpoch?: () => number;
  /** Absent in a deployment without sign-in. */
  signIn?: SignIn;
  /** Absent in a deployment without sign-in. */
  truth?: Truth;
  /** Called after each decision on a part of the fleet, so that a test can compare it with a decision on everything. */
  onPart?: (check: PartCheck) => void;
}

/** A decision on a part of the fleet, and the inputs of a decision on everything from the same facts. */
export interface PartCheck {
  decision: Decision;
  /** All problems after it. */
  problems: readonly Problem[];
  /** All entries after it. */
  entries: ReadonlyMap<Hostname, Entry>;
  whole: DecisionInputs;
}

/** The inputs of a decision, beside the contents of the store and the fleet. */
export function readConditions(parts: ReconcileParts, { confirmed }: { confirmed: boolean }): Conditions {
  const { settings, mode = 'sync', tokenOf, names, store, memory, clock } = parts;
  const { capacity, refusals, tags } = memory;
  const { fleet: facts, lastSequence } = store.facts;
  return {
    ...{ settings, mode, tokenOf, capacity, refusals, facts, lastSequence, confirmed },
    now: toSeconds(clock.now()),
    nameStateOf: (address) => names.stateOf(address),
    parse: (instance) => tags.parse(instance, settings),
  };
}

/** The documents that are published beside the portal. */
export interface SiteDocuments {
  routesFile: Notebook;
  /** The changes since a large list of routes was written. */
  changesFile: Notebook;
  statusFile: Notebook;
  /** The list for readers without JavaScript. */
  pageFile: Notebook;
  historyFile: (hostname: Hostname) => Notebook;
}

/** The parts that a report needs. */
export interface ReportParts
  extends SiteDocuments,
    Pick<ReconcileParts, 'store' | 'memory' | 'clock' | 'settings' | 'signIn' | 'truth'> {
  journal: Journal;
  portal: PortalSettings;
  metrics: Metrics;
  log: (line: Record<string, unknown>) => void;
}

/** The parts that a run needs. */
export interface RunParts extends ReconcileParts, ReportParts {
  /** Events from other accounts and regions are ignored. */
  watched: Watched;
  /** Counts the calls to the fleet and the store. */
  meter: Meter;
  queue: BatchQueue;
}
