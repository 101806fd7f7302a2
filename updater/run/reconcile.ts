import type { Entry } from '../../core/entry/entry.ts';
import { holdsIn } from '../../core/entry/hold.ts';
import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { Decoded } from '../../core/plan/decoded.ts';
import { contentOf } from '../../core/plan/policies/acceptable.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname, InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import { type Decided, FleetIndex } from '../index/fleet-index.ts';
import { attemptPart, decidePart, findWantedNow, isUsable, type PartResult } from '../index/part-attempt.ts';
import { type Ipv6Address, NO_OPEN_NAMES } from '../names/settle-names.ts';
import { coverageOf } from '../read/coverage.ts';
import { FleetReader } from '../read/fleet-reader.ts';
import type { FleetView } from '../read/fleet-view.ts';
import type { Hints } from '../read/hints.ts';
import { Patience } from '../read/patience.ts';
import type { AtHand } from '../store/store-copy.ts';
import { type Decision, type DecisionInputs, decide } from './decide.ts';
import { Ledger } from './ledger.ts';
import { decodeAgain } from './memory.ts';
import { type ReconcileParts, readConditions } from './parts.ts';
import { carryOut, type Progress } from './perform.ts';
import { describeFinished, describeUnwritten, type Reconciled } from './reconciled.ts';
import { tidyUp } from './tidy-up.ts';

/** Attempts before the queue gets the batch back. */
const MAX_TRIES = 7;

/**
 * Do not start another attempt later than this: a run that Lambda ends at 60 s leaves no record. A failed attempt takes up to 30 s
 * if writes and S3 are silent (12 s and twice 8 s, docs/inside/updater.md, and twice 1 s for the truth), and its record 5 s. The early
 * return of its batch comes after that.
 */
const TRYING_MS: Milliseconds = 20_000;

/** Longest wait before the second attempt; doubled each time, within the run's patience. */
const FIRST_WAIT_MS: Milliseconds = 15;

/** One reconcile over all of its attempts. */
interface Reconcile {
  parts: ReconcileParts;
  hints: Hints;
  startedAt: Milliseconds;
  fleet: FleetReader;
  ledger: Ledger;
  patience: Patience;
  /** Of the last complete look, until this run has used it. */
  index: FleetIndex | undefined;
  /** Events that earlier runs may have read too early. */
  unanswered: readonly FleetEvent[];
  /** At the begin of the run: another environment may have written since, if there are more. */
  takeovers: number;
}

/**
 * Makes the store equal to what the fleet's tags ask for: reads the store and the whole fleet, decides on the changes, and
 * performs them under the store's ETag. After a lost race it reads and decides again.
 *
 * If the store's content is not known for certain, the whole store is listed. Meanwhile the run works with the last known
 * content and reads the fleet from time to time, so that no removal waits for the listing. It decides once more when the
 * listing is complete.
 *
 * Names of new IPv6 addresses are looked up after the write, and the run decides once more with the answers.
 *
 * Hints name instances to read. They decide nothing, with one exception (F5): a recent death is believed.
 */
export async function reconcile(parts: ReconcileParts, hints: Hints): Promise<Reconciled> {
  const { store, settings } = parts;
  const ledger = new Ledger(settings.deployment);
  try {
    const run = begin(parts, hints, ledger);
    const result = await tryUntilWritten(run);
    // Removals and all other changes are written by now, so they do not wait for DNS. A late run leaves the names to the next one.
    const isOver = result.unwritten || parts.clock.now() - run.startedAt >= TRYING_MS;
    const isNews = isOver ? false : await parts.names.lookUp(findNames(result, hints));
    return isNews ? await tryUntilWritten(withIndex(run)) : result;
  } catch (error) {
    // A listing must not outlive its run.
    await store.waitForListing();
    store.forget();
    const reason = `the store could not be read or written: ${String(error)}`;
    return describeUnwritten(ledger, 'failed', reason);
  }
}

function begin(parts: ReconcileParts, hints: Hints, ledger: Ledger): Reconcile {
  const { fleet, clock, store } = parts;
  const patience = new Patience(clock);
  const factsAt = (now: Seconds) => store.facts.addEvents(hints.events, now);
  const reader = new FleetReader({ fleet, clock, patience, hints, factsAt });
  return withIndex({ parts, hints, startedAt: clock.now(), fleet: reader, ledger, patience });
}

/** Takes the index out of memory. Whatever goes wrong, the next run decides on everything. */
function withIndex(run: Omit<Reconcile, 'index' | 'unanswered' | 'takeovers'>): Reconcile {
  const { parts } = run;
  const { index } = parts.memory;
  parts.memory.index = undefined;
  return {
    ...run,
    index: index && isUsable(index, parts) ? index : undefined,
    unanswered: index?.unanswered ?? [],
    takeovers: parts.store.takeovers,
  };
}

/** The names that a result waits for. Those without success are looked up again by a sweep. */
function findNames({ openNames = NO_OPEN_NAMES }: Reconciled, { events }: Hints): Ipv6Address[] {
  const { unasked, unsettled } = openNames;
  const isSweep = events.some(({ kind }) => kind === 'schedule');
  return [unasked, ...(isSweep ? [unsettled] : [])].flatMap((names) => [...names.values()].flat());
}

async function tryUntilWritten(run: Reconcile): Promise<Reconciled> {
  const { parts, startedAt, ledger, patience } = run;
  const { store, clock } = parts;
  let tries = 0;
  const part = await tryPart(run);
  if (part !== 'plan again') return part;
  const mayTry = () => tries < MAX_TRIES && clock.now() - startedAt < TRYING_MS;
  do {
    const result = await attempt(run, tries >= MAX_TRIES);
    if (result === 'store not listed') await waitForNextRead(run);
    else if (result !== 'plan again') return result;
    else {
      await patience.wait(FIRST_WAIT_MS * 2 ** tries * clock.random());
      tries += 1;
    }
  } while (store.isRereading || mayTry());
  const reason = `the store could not be written (tries: ${tries}): ${ledger.reason}; the queue delivers the batch again`;
  return describeUnwritten(ledger, 'conflict', reason);
}

/** Reads and decides on a part of the fleet, if events name it. */
async function tryPart(run: Reconcile): Promise<Reconciled | 'plan again'> {
  const { index } = run;
  const wanted = index && findWantedNow(run, index);
  if (index === undefined || wanted === undefined) return 'plan again';
  const attempted = await attemptPart(run, index, wanted);
  // An earlier look at everything is older than this reading.
  run.fleet.dropView();
  run.index = undefined;
  return endPart(run, index, attempted);
}

/** Reads everything and decides on what has changed since the last look. An audit decides on everything. */
async function tryChanges(run: Reconcile, read: Read): Promise<Reconciled | 'plan again' | 'not tried'> {
  const { parts, hints, index, takeovers, startedAt } = run;
  run.index = undefined;
  const { store, clock } = parts;
  if (index === undefined || hints.audit || hints.confirmed || store.takeovers !== takeovers)
    return 'not tried';
  const attempted = await decidePart(run, index, {
    content: read,
    view: index.findChanged(read.view, store.facts.fleet, toSeconds(clock.now())),
    coverage: coverageOf(read.view, startedAt),
    afterWrite: (decision, before) => tidyUp(run, before, decision),
  });
  return attempted.outcome === 'look at everything' ? 'not tried' : endPart(run, index, attempted);
}

function endPart(run: Reconcile, index: FleetIndex, attempted: PartResult): Reconciled | 'plan again' {
  if (attempted.outcome === 'done') {
    run.parts.memory.index = index;
    return attempted.result;
  }
  if (attempted.outcome === 'not written') learn(run, attempted.decision, attempted.progress);
  return 'plan again';
}

/**
 * One attempt: read, decide, perform. Returns `plan again` if the next attempt must decide anew, and `store not listed` if all
 * is written while the listing still goes on.
 */
async function attempt(
  run: Reconcile,
  mustBeSure: boolean,
): Promise<Reconciled | 'plan again' | 'store not listed'> {
  const { store } = run.parts;
  const { ledger, startedAt } = run;
  const read = await readStoreAndFleet(run, mustBeSure);
  const { takeovers } = store;
  const changed = await tryChanges(run, read);
  if (changed !== 'not tried') return changed;
  store.facts.addHolds(holdsIn(read.decoded.held));
  const inputs = inputsOf(run, read);
  const decision = decide(inputs);
  const progress = await carryOut(run.parts, ledger, decision, read.decoded.owned);
  if (progress.outcome !== 'written') {
    learn(run, decision, progress);
    return 'plan again';
  }
  if (!read.isSure) return 'store not listed';
  await tidyUp(run, read.decoded, decision);
  const { view } = read;
  const { version } = store;
  const coverage = coverageOf(view, startedAt);
  // The last writes may have met another writer's, which this look does not know.
  if (version && store.takeovers === takeovers)
    rememberLook(run, inputs, { view, decision, etag: version.etag, coverage });
  return describeFinished({ ledger, decision, view, version, coverage });
}

/** Makes an index of a complete look, so that the next events need no look at everything. */
function rememberLook(
  { parts: { memory, tokenEpoch = () => 0 }, hints, unanswered }: Reconcile,
  { facts, now, parse }: DecisionInputs,
  look: Pick<Decided, 'view' | 'etag' | 'coverage'> & { decision: Decision },
): void {
  if (look.view.failures.length > 0 || look.decision.isDoubtful) return;
  memory.tags.keep(new Set(look.view.instances.map(({ id }) => id)));
  const events = [...unanswered, ...hints.events];
  memory.index = new FleetIndex(parse, { ...look, events, facts, now, tokenEpoch: tokenEpoch() });
}

/** The store's content, and everything that this deployment has in it. */
interface StoreRead extends AtHand {
  decoded: Decoded;
}

/** All that an attempt has read. */
interface Read extends StoreRead {
  view: FleetView;
}

async function readStoreAndFleet(run: Reconcile, mustBeSure: boolean): Promise<Read> {
  const { parts, hints, fleet } = run;
  const isWarm = parts.store.version !== undefined;
  const reading = readStore(run, mustBeSure);
  // A warm process reads both at once. A cold one may list the store for many seconds, and the fleet's listing would be stale by then.
  if (!isWarm) await reading;
  const ids = reading.then(({ decoded }) => [...new Set([...hints.ids, ...idsIn(decoded.owned)])]);
  const [content, view] = await Promise.all([reading, fleet.read(ids)]);
  return { ...content, view };
}

/** @param mustBeSure waits for the listing, however long it takes */
async function readStore({ parts, hints, ledger }: Reconcile, mustBeSure: boolean): Promise<StoreRead> {
  const { store, memory, settings } = parts;
  const audit = ledger.hasRead ? undefined : hints.audit;
  const content = await (mustBeSure ? store.read(audit) : store.atHand(audit));
  const decoded = decodeAgain(memory, content.entries, settings.deployment);
  ledger.addRead(content.entries, decoded.owned, content.isSure);
  return { ...content, decoded };
}

function idsIn(owned: ReadonlyMap<Hostname, Entry>): InstanceId[] {
  return [...owned.values()].flatMap((entry) => entry.instances.map(({ id }) => id));
}

/** Waits until the listing is complete, or until the fleet may be read again. */
async function waitForNextRead({ parts: { store, clock }, fleet }: Reconcile): Promise<void> {
  const { pause } = fleet;
  if (pause === undefined) return store.waitForListing();
  const isTime = await new Promise<boolean>((resolve) => {
    const cancel = clock.alarm(pause, () => resolve(true));
    void store.waitForListing().then(() => {
      cancel();
      resolve(false);
    });
  });
  if (isTime) fleet.dropView();
}

function inputsOf({ parts, hints }: Reconcile, { decoded, version, view }: Read): DecisionInputs {
  return { ...readConditions(parts, hints), decoded, bytes: version.bytes, view };
}

/** Remembers why an attempt failed, for the next one. */
function learn(
  { parts: { memory, store }, ledger }: Reconcile,
  { changes }: Decision,
  progress: Exclude<Progress, { outcome: 'written' }>,
) {
  switch (progress.outcome) {
    case 'lost':
      return ledger.addUnclear(progress.unclear, progress.reason);
    case 'changed':
      ledger.reason = 'another writer changed the same names';
      return;
    case 'full':
      // The store holds less than documented, so its present size is its capacity.
      memory.capacity = store.version?.bytes ?? 0;
      return;
    case 'refused':
      for (const [hostname, reason] of progress.hostnames) {
        memory.refusals.set(hostname, { content: contentOf(changes.puts.get(hostname) ?? ''), reason });
      }
      return;
    default:
      return progress satisfies never;
  }
}
