import { type Decoded, pickDecoded } from '../../core/plan/decoded.ts';
import { isEmpty } from '../../core/plan/plan.ts';
import { holdsIn } from '../../core/routes/hold.ts';
import { toSeconds } from '../../core/time.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { extendCoverage } from '../read/coverage.ts';
import { type FleetView, readFleet, viewOf } from '../read/fleet-view.ts';
import type { Hints } from '../read/hints.ts';
import type { Patience } from '../read/patience.ts';
import { type Decision, type DecisionInputs, decide, nextEntries } from '../run/decide.ts';
import type { Ledger } from '../run/ledger.ts';
import { decodeAgain } from '../run/memory.ts';
import { type ReconcileParts, readConditions } from '../run/parts.ts';
import { type Progress, perform } from '../run/perform.ts';
import { describeFinished, type Reconciled } from '../run/reconciled.ts';
import type { FleetIndex } from './fleet-index.ts';
import { findWanted, onlyFrom, type Wanted } from './part-reader.ts';

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

const EVERYTHING: PartResult = { outcome: 'look at everything' };

/**
 * One attempt that reads only the instances that events name, and decides on the hostnames that these concern. It reads the store
 * and the instances at once, so that an event costs two calls in sequence: one to EC2 and one to the store.
 */
export async function attemptPart(run: PartRun, index: FleetIndex): Promise<PartResult> {
  const { fleet, store, clock, memory, settings, tokenEpoch = () => 0 } = run.parts;
  const { startedAt, ledger } = run;
  const isFresh = startedAt - index.coverage.startedAt <= LOOK_MS;
  const isSame = store.version?.etag === index.etag && tokenEpoch() === index.tokenEpoch;
  if (!isFresh || !isSame) return EVERYTHING;
  const wanted = findWanted(index, fleet, run.hints, store.facts.fleet, toSeconds(clock.now()));
  if (wanted === undefined) return EVERYTHING;
  const { takeovers } = store;
  const reading = store.atHand();
  const [content, view] = await Promise.all([reading, readPart(run, wanted, reading)]);
  const isKnown = content.isSure && content.version.etag === index.etag && store.takeovers === takeovers;
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
  ledger.addRead(content.entries, all.owned, true);
  // Set before the write, because its response may be lost.
  if (!isEmpty(decision.changes)) store.facts.setLastSequence(decision.sequence);
  const progress = await perform(store, decision, (batch) => ledger.addWritten(batch));
  if (progress.outcome !== 'written') return { outcome: 'not written', decision, progress };
  store.facts.setPaces(decision.paces);
  const { version = content.version } = store;
  const coverage = extendCoverage(index.coverage, view, startedAt);
  const { facts, now } = inputs;
  const { events } = run.hints;
  index.add(part, { view, decision, events, facts, now, etag: version.etag, coverage });
  const after = {
    withheld: decision.withheld,
    problems: index.problems,
    next: nextEntries(all.owned, decision.changes, settings.deployment),
  };
  const result = describeFinished({ ledger, decision: after, view, version, coverage });
  if (whole) run.parts.onPart?.({ decision, ...result, entries: after.next, whole });
  return { outcome: 'done', result };
}

/** Reads the wanted instances, and those that are probably out of date again. */
function readPart(
  { parts: { fleet, store, clock }, hints, patience }: PartRun,
  wanted: Wanted,
  reading: Promise<unknown>,
): Promise<FleetView> {
  const now = () => clock.now() / 1000;
  return readFleet({
    fleet: onlyFrom(fleet, wanted),
    ids: reading.then(() => [...wanted.keys()]),
    hints,
    facts: () => store.facts.addEvents(hints.events, now()),
    patience,
    now,
  });
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
