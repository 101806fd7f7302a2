import type { Entry } from '../../core/entry/entry.ts';
import { isEmpty } from '../../core/plan/plan.ts';
import { contentOf } from '../../core/plan/policies/acceptable.ts';
import { holdsIn } from '../../core/routes/hold.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname, InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import { coverageOf } from '../read/coverage.ts';
import { FleetReader } from '../read/fleet-reader.ts';
import type { FleetView } from '../read/fleet-view.ts';
import type { Hints } from '../read/hints.ts';
import { Patience } from '../read/patience.ts';
import type { AtHand } from '../store/store-copy.ts';
import { type Decision, type DecisionInputs, decide } from './decide.ts';
import { Ledger } from './ledger.ts';
import { decodeOwned } from './memory.ts';
import type { ReconcileParts } from './parts.ts';
import { type Progress, perform } from './perform.ts';
import { describeFinished, describeUnwritten, type Reconciled } from './reconciled.ts';

/** Tries before the batch is given back to the queue. */
const MAX_TRIES = 7;

/**
 * Time after the start of a run in which it may begin another try: a run that Lambda ends after 60 s tells nobody why. A try
 * that comes to nothing takes 28 s where writes and S3 are silent (12 s and twice 8 s, docs/inside/updater.md), and its record 5 s.
 */
const TRYING_MS: Milliseconds = 20_000;

/** Time before the second try at most; doubled each time, and all of them out of the run's patience. */
const FIRST_WAIT_MS: Milliseconds = 15;

/** One reconcile over all of its tries. */
interface Reconcile {
  parts: ReconcileParts;
  hints: Hints;
  startedAt: Milliseconds;
  fleet: FleetReader;
  ledger: Ledger;
  patience: Patience;
}

/**
 * Makes the store equal to what the fleet's tags ask for. Ask EC2 for the whole fleet; take what the store holds from
 * the last run; compute the desired entries; plan the difference, of owned entries only; let the policies hold back
 * what is merely inferred; write it under the store's ETag. A lost race reads and plans again.
 *
 * When it is no longer sure what the store holds, all of it is listed. Meanwhile the run works from what was left there, and looks
 * at the fleet from time to time, so that no removal waits for the listing. The last plan is made from the listing.
 *
 * Hints decide nothing here, with one exception (F5): they name instances to look at, and a young death is believed.
 */
export async function reconcile(parts: ReconcileParts, hints: Hints): Promise<Reconciled> {
  const { store, settings } = parts;
  const ledger = new Ledger(settings.deployment);
  try {
    return await tryUntilWritten(begin(parts, hints, ledger));
  } catch (error) {
    // What is under way does not outlive the run.
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
  return { parts, hints, startedAt: clock.now(), fleet: reader, ledger, patience };
}

async function tryUntilWritten(run: Reconcile): Promise<Reconciled> {
  const { parts, startedAt, ledger, patience } = run;
  const { store, clock } = parts;
  let tries = 0;
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
  const reason = `the store was not written, tries: ${tries}, the last time because ${ledger.reason}; the queue will try again`;
  return describeUnwritten(ledger, 'conflict', reason);
}

/**
 * One try: read, decide, perform. `plan again` when the next has to plan again from what the store then holds, `store not listed` when
 * all is written and the store is still being listed.
 */
async function attempt(
  run: Reconcile,
  mustBeSure: boolean,
): Promise<Reconciled | 'plan again' | 'store not listed'> {
  const { store } = run.parts;
  const { ledger, startedAt } = run;
  const read = await readStoreAndFleet(run, mustBeSure);
  store.facts.addHolds(holdsIn(read.owned));
  const decision = decide(inputsOf(run, read));
  // Before it is written: an answer may be lost.
  if (!isEmpty(decision.changes)) store.facts.setLastSequence(decision.sequence);
  const progress = await perform(store, decision, (batch) => ledger.addWritten(batch));
  if (progress.outcome !== 'written') {
    learn(run, decision, progress);
    return 'plan again';
  }
  store.facts.setPaces(decision.paces);
  if (!read.isSure) return 'store not listed';
  const { view } = read;
  const coverage = coverageOf(view, startedAt);
  return describeFinished({ ledger, decision, view, version: store.version, coverage });
}

/** The store's content and what of it is ours. */
interface StoreRead extends AtHand {
  owned: ReadonlyMap<Hostname, Entry>;
}

/** All that a try has read. */
interface Read extends StoreRead {
  view: FleetView;
}

async function readStoreAndFleet(run: Reconcile, mustBeSure: boolean): Promise<Read> {
  const { parts, hints, fleet } = run;
  const isWarm = parts.store.version !== undefined;
  const reading = readStore(run, mustBeSure);
  // A warm environment asks both at once. A cold one may list keys for many seconds, and the fleet would be old by then.
  if (!isWarm) await reading;
  const ids = reading.then(({ owned }) => [...new Set([...hints.ids, ...idsIn(owned)])]);
  const [content, view] = await Promise.all([reading, fleet.read(ids)]);
  return { ...content, view };
}

/** @param mustBeSure wait for the store however long it takes */
async function readStore({ parts, hints, ledger }: Reconcile, mustBeSure: boolean): Promise<StoreRead> {
  const { store, memory, settings } = parts;
  const isAudit = hints.audit && !ledger.hasRead;
  const content = await (mustBeSure ? store.read(isAudit) : store.atHand(isAudit));
  const owned = decodeOwned(memory, content.entries, settings.deployment);
  ledger.addRead(content.entries, owned, content.isSure);
  return { ...content, owned };
}

function idsIn(owned: ReadonlyMap<Hostname, Entry>): InstanceId[] {
  return [...owned.values()].flatMap((entry) => entry.instances.map(({ id }) => id));
}

/** Until the listing is over, which is planned from what was seen last, or until the fleet may be looked at again. */
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

function inputsOf({ parts, hints }: Reconcile, { entries, owned, version, view }: Read): DecisionInputs {
  const { store, memory, settings, mode = 'sync', tokenOf, clock } = parts;
  const { capacity, refusals } = memory;
  const { fleet: facts, lastSequence } = store.facts;
  const content = { current: entries, owned, bytes: version.bytes, capacity, refusals, lastSequence };
  const { confirmed } = hints;
  return { settings, mode, tokenOf, ...content, view, facts, confirmed, now: toSeconds(clock.now()) };
}

/** What a try that came to nothing says about the next. */
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
      // Less fits than the documentation says: from now on, what is there.
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
