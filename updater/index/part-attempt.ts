import { holdsIn } from '../../core/entry/hold.ts';
import { type Decoded, pickDecoded } from '../../core/plan/decoded.ts';
import { toSeconds } from '../../core/time.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Wanted } from '../ports.ts';
import { type Coverage, extendCoverage } from '../read/coverage.ts';
import { type FleetView, readFleet, viewOf } from '../read/fleet-view.ts';
import type { Hints } from '../read/hints.ts';
import type { Patience } from '../read/patience.ts';
import { type Decision, type DecisionInputs, decide, nextEntries } from '../run/decide.ts';
import type { Ledger } from '../run/ledger.ts';
import { decodeAgain } from '../run/memory.ts';
import { type ReconcileParts, readConditions } from '../run/parts.ts';
import { carryOut, type Progress } from '../run/perform.ts';
import { describeFinished, type Reconciled } from '../run/reconciled.ts';
import type { AtHand } from '../store/store-copy.ts';
import type { FleetIndex } from './fleet-index.ts';
import { findWanted, onlyFrom } from './part-reader.ts';

/**
 * Age of the last complete look up to which the rest of the fleet is believed to be as it was. A sweep looks at everything each
 * minute; the rest is for its run.
 */
export const LOOK_MS: Milliseconds = 90_000;

/** The run that an attempt belongs to. */
export interface PartRun {
  parts: ReconcileParts;
  hints: Hints;
  startedAt: Milliseconds;
  ledger: Ledger;
  patience: Patience;
}

/** Result of an attempt on a part of the fleet. */
export type PartResult =
  | { outcome: 'done'; result: Reconciled }
  /** Only a look at everything can tell. Nothing was written. */
  | { outcome: 'look at everything' }
  | { outcome: 'not written'; decision: Decision; progress: Exclude<Progress, { outcome: 'written' }> };

/** The version of no store. */
const UNKNOWN_ETAG = '';

const EVERYTHING: PartResult = { outcome: 'look at everything' };

/**
 * One attempt that reads only the instances that events name, and decides on the hostnames that these concern. It reads the store
 * and the instances at once, so that an event costs two calls in sequence: one to EC2 and one to the store.
 *
 * @param wanted the instances to read
 */
export async function attemptPart(run: PartRun, index: FleetIndex, wanted: Wanted): Promise<PartResult> {
  const { store } = run.parts;
  const { takeovers } = store;
  const reading = store.atHand();
  const [content, view] = await Promise.all([reading, readPart(run, wanted, reading)]);
  if (store.takeovers !== takeovers) return EVERYTHING;
  const coverage = extendCoverage(index.coverage, { ...view, interfaces: wanted.interfaces }, run.startedAt);
  return decidePart(run, index, { content, view, coverage });
}

/** A reading of the store and of all or some instances. */
export interface PartLook {
  content: AtHand;
  view: FleetView;
  /** Which hints this run answers. */
  coverage: Coverage;
  /** Called after the write, with the decision and all that the deployment had in the store. */
  afterWrite?: (decision: Decision, before: Decoded) => Promise<void>;
}

/** Decides on the hostnames that a reading concerns, and writes. */
export async function decidePart(run: PartRun, index: FleetIndex, look: PartLook): Promise<PartResult> {
  const { store, clock, memory, settings } = run.parts;
  const { content, view, coverage, afterWrite } = look;
  const { takeovers } = store;
  const isKnown = content.isSure && content.version.etag === index.etag;
  if (!isKnown || view.failures.length > 0) return EVERYTHING;
  const part = index.findPart(view, store.facts.fleet, toSeconds(clock.now()));
  if (part === undefined) return EVERYTHING;
  const all = decodeAgain(memory, content.entries, settings.deployment);
  const decoded = pickDecoded(all, part.only);
  store.facts.addHolds(holdsIn(decoded.held));
  const inputs = { ...readConditions(run.parts, run.hints), ...part, decoded, bytes: content.version.bytes };
  const decision = decide(inputs);
  // The guard counts against the whole fleet.
  if (decision.isDoubtful) return EVERYTHING;
  const whole = run.parts.onPart && wholeInputs(inputs, index, view, all);
  const { ledger, hints } = run;
  ledger.addRead(content.entries, all.owned, true);
  const progress = await carryOut(run.parts, ledger, decision, all.owned);
  if (progress.outcome !== 'written') return { outcome: 'not written', decision, progress };
  await afterWrite?.(decision, all);
  const { version = content.version } = store;
  const { facts, now } = inputs;
  // The last writes may have met another writer's, which the index does not know: the next run then decides on everything.
  const etag = store.takeovers === takeovers ? version.etag : UNKNOWN_ETAG;
  index.add(part, { view, decision, events: hints.events, facts, now, etag, coverage });
  const after = {
    withheld: decision.withheld,
    openNames: decision.openNames,
    problems: index.problems,
    next: nextEntries(all.owned, decision.changes, settings.deployment),
  };
  const result = describeFinished({ ledger, decision: after, view, version, coverage });
  if (whole) run.parts.onPart?.({ decision, ...result, entries: after.next, whole });
  return { outcome: 'done', result };
}

/**
 * The instances that a run must read if it reads only a part of the fleet; undefined if it must read everything.
 *
 * @param index of the last complete look, which {@link isUsable}
 */
export function findWantedNow({ parts, hints, startedAt }: PartRun, index: FleetIndex): Wanted | undefined {
  const { fleet, store, clock } = parts;
  if (startedAt - index.coverage.startedAt > LOOK_MS) return undefined;
  return findWanted(index, fleet, hints, store.facts.fleet, toSeconds(clock.now()));
}

/** Whether an index belongs to the present content of the store and the present tokens. */
export function isUsable(index: FleetIndex, { store, tokenEpoch = () => 0 }: ReconcileParts): boolean {
  return store.version?.etag === index.etag && tokenEpoch() === index.tokenEpoch;
}

/** Reads the wanted instances, and those that are probably out of date again. */
async function readPart(
  { parts: { fleet, store, clock }, hints, patience }: PartRun,
  wanted: Wanted,
  reading: Promise<unknown>,
): Promise<FleetView> {
  const now = () => clock.now() / 1000;
  const view = await readFleet({
    fleet: onlyFrom(fleet, wanted),
    ids: reading.then(() => [...wanted.instances.keys()]),
    hints,
    facts: () => store.facts.addEvents(hints.events, now()),
    patience,
    now,
  });
  // Instances that are found by an interface have been asked for, too.
  return { ...view, asked: new Set([...view.asked, ...view.listed.map(({ id }) => id)]) };
}

/** The inputs of the decision on everything, from the same facts. */
function wholeInputs(
  { only: _, ...inputs }: DecisionInputs,
  index: FleetIndex,
  view: FleetView,
  decoded: Decoded,
): DecisionInputs {
  const listed = { instances: [...index.listedWith(view)], failures: [] };
  return {
    ...inputs,
    decoded,
    view: viewOf(listed, view.asked, inputs.facts),
  };
}
