import type { Entry } from '../../core/entry/entry.ts';
import { isEmpty } from '../../core/plan/plan.ts';
import { contentOf } from '../../core/plan/policies/acceptable.ts';
import type { Mode } from '../../core/plan/policies/mode.ts';
import type { Problem } from '../../core/problem.ts';
import { holdsIn } from '../../core/routes/hold.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Clock, FailedSource, Fleet, StoreVersion } from '../ports.ts';
import { coverageOf } from '../read/coverage.ts';
import { type FleetView, readFleet } from '../read/fleet-view.ts';
import type { Hints } from '../read/hints.ts';
import { Patience } from '../read/patience.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { StoreContent } from '../store/mirror.ts';
import type { TokenOf } from '../tokens/tokens.ts';
import { type Decision, type DecisionInputs, decide } from './decide.ts';
import { Ledger } from './ledger.ts';
import { memoryOf } from './memory.ts';
import { type Progress, perform } from './perform.ts';

/** What a reconcile works with. */
export interface Parts {
  fleet: Fleet;
  store: KnownStore;
  clock: Clock;
  settings: Settings;
  /** Default: `sync`. */
  mode?: Mode;
  tokenOf: TokenOf;
}

/** What one reconcile came to. */
export interface Reconciled {
  outcome: 'applied' | 'unchanged' | 'conflict' | 'failed';
  /** Why, when it is `conflict` or `failed`, or what could not be listed. */
  reason?: string;
  /** The store is not what it should be and only another try can help. */
  unwritten?: true;
  /** What is in the store now, of earlier tries of this run too; partly done when it is `conflict` or `failed`. */
  puts: string[];
  deletes: string[];
  /** Names whose change a policy held back or cut down. */
  withheld: readonly string[];
  problems: readonly Problem[];
  /** The owned entries as they now stand; undefined when they are not known. */
  entries?: ReadonlyMap<string, Entry>;
  store?: StoreVersion;
  /** Lost races and lost responses that were run again. */
  conflicts: number;
  /** The entries behind `puts`. */
  written: ReadonlyMap<string, Entry>;
  /** The owned entries as they stood before; undefined when they could not be read. */
  before?: ReadonlyMap<string, Entry>;
}

/** Tries before the batch is given back to the queue. */
const MAX_TRIES = 7;

/**
 * Milliseconds after the start of a run in which it may begin another try: a run that Lambda ends after 60 s tells nobody why. A try
 * that comes to nothing takes 28 s where writes and S3 are silent (12 s and twice 8 s, docs/inside/updater.md), and its record 5 s.
 */
const TRYING_MS = 20_000;

/** Milliseconds before the second try at most; doubled each time, and all of them out of the run's patience. */
const FIRST_WAIT_MS = 15;

/** Milliseconds between two looks at the fleet while the whole store is listed; as many as the last look took, if that is more. */
const LOOK_EVERY_MS = 2_000;

/**
 * Milliseconds that the looks of one run may take: one at tens of thousands of instances keeps the processor busy for many seconds, in
 * which no page is read. A full store takes 37 s, and Lambda ends the run after 60 s.
 */
const LOOKING_MS = 18_000;

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
export async function reconcile(parts: Parts, hints: Hints): Promise<Reconciled> {
  const startedAt = parts.clock.now();
  const run: Run = {
    parts,
    hints,
    startedAt,
    work: new Ledger(parts.settings.deployment),
    patience: new Patience(parts.clock),
    looks: { last: 0, all: 0 },
  };
  memoryOf(parts.store).look = undefined;
  try {
    let tries = 0;
    do {
      const result = await attempt(run, tries >= MAX_TRIES);
      if (result === 'not sure') {
        await untilNextLook(run);
        continue;
      }
      if (result) return result;
      await run.patience.wait(FIRST_WAIT_MS * 2 ** tries * parts.clock.random());
      tries += 1;
    } while (parts.store.isRereading || (tries < MAX_TRIES && parts.clock.now() - startedAt < TRYING_MS));
    const reason = `the store was not written, tries: ${tries}, the last time because ${run.work.reason}; the queue will try again`;
    return { ...nothing(run), outcome: 'conflict', reason, unwritten: true };
  } catch (error) {
    // What is under way does not outlive the run.
    await parts.store.waitForListing();
    parts.store.forget();
    const reason = `the store could not be read or written: ${String(error)}`;
    return { ...nothing(run), outcome: 'failed', reason, unwritten: true };
  }
}

interface Run {
  parts: Parts;
  /** Epoch milliseconds. */
  startedAt: number;
  hints: Hints;
  work: Ledger;
  patience: Patience;
  /** Milliseconds of the last look and of all. */
  looks: { last: number; all: number };
}

/**
 * One try: undefined when the next has to plan again from what the store then holds, `not sure` when all is written and the store
 * is still being listed.
 */
async function attempt(run: Run, mustBeSure: boolean): Promise<Reconciled | 'not sure' | undefined> {
  const { parts, hints, work } = run;
  const isWarm = parts.store.version !== undefined;
  const reading = work.read(parts.store, hints.audit, mustBeSure);
  // A warm environment asks both at once. A cold one may list keys for many seconds, and the fleet would be old by then.
  if (!isWarm) await reading;
  const ids = reading.then(({ owned }) => [...new Set([...hints.ids, ...idsIn(owned)])]);
  const [content, sighting] = await Promise.all([reading, work.see(ids, () => sight(run, ids))]);
  parts.store.facts.addHolds(holdsIn(content.owned));
  const decision = decide(circumstances(parts, hints, content, sighting));
  // Before it is written: an answer may be lost.
  if (!isEmpty(decision.changes)) parts.store.facts.setLastSequence(decision.sequence);
  const progress = await perform(parts.store, decision, (batch) => work.done(batch));
  if (progress.outcome === 'done') {
    parts.store.facts.setPaces(decision.paces);
    if (!content.isSure) return 'not sure';
    return finished(run, decision, sighting);
  }
  learn(run, decision, progress);
  return undefined;
}

/** Until the listing is over, which is planned from what was seen last, or until the fleet may be looked at again. */
async function untilNextLook({ parts: { store, clock }, work, looks }: Run): Promise<void> {
  if (looks.all + looks.last > LOOKING_MS) return store.waitForListing();
  const isTime = await new Promise<boolean>((resolve) => {
    const cancel = clock.alarm(Math.max(LOOK_EVERY_MS, looks.last), () => resolve(true));
    void store.waitForListing().then(() => {
      cancel();
      resolve(false);
    });
  });
  if (isTime) work.lookAgain();
}

async function sight(run: Run, ids: Promise<readonly string[]>): Promise<FleetView> {
  const { parts, hints, patience } = run;
  const { store, clock, fleet } = parts;
  const before = clock.now();
  const seconds = () => clock.now() / 1000;
  const heard = () => store.facts.addEvents(hints.events, seconds());
  const sighting = await readFleet(fleet, ids, hints, heard, patience, seconds);
  const last = clock.now() - before;
  run.looks = { last, all: run.looks.all + last };
  return sighting;
}

function idsIn(owned: ReadonlyMap<string, Entry>): string[] {
  return [...owned.values()].flatMap((entry) => entry.instances.map(({ id }) => id));
}

function circumstances(
  { store, settings, mode = 'sync', tokenOf, clock }: Parts,
  { confirmed }: Hints,
  { entries, owned, version }: StoreContent & { owned: ReadonlyMap<string, Entry> },
  sighting: FleetView,
): DecisionInputs {
  const { capacity, refusals } = memoryOf(store);
  const { fleet: facts, lastSequence } = store.facts;
  const now = Math.floor(clock.now() / 1000);
  const held = { current: entries, owned, bytes: version.bytes, capacity, refusals, lastSequence };
  return { settings, mode, tokenOf, ...held, sighting, facts, confirmed, now };
}

/** What a try that came to nothing says about the next. */
function learn(
  { parts, work }: Run,
  { changes }: Decision,
  progress: Exclude<Progress, { outcome: 'done' }>,
) {
  const memory = memoryOf(parts.store);
  switch (progress.outcome) {
    case 'lost':
      return work.lost(progress.unclear, progress.reason);
    case 'changed':
      work.reason = 'another writer changed the same names';
      return;
    case 'full':
      // Less fits than the documentation says: from now on, what is there.
      memory.capacity = parts.store.version?.bytes ?? 0;
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

function finished(run: Run, decision: Decision, sighting: FleetView): Reconciled {
  const { store } = run.parts;
  const account = nothing(run);
  const isChanged = account.puts.length + account.deletes.length > 0;
  const told = { problems: decision.problems, withheld: decision.withheld };
  if (!isChanged && sighting.instances.length === 0 && sighting.failures.length > 0) {
    const reason = `the fleet could not be listed, so no route was changed: ${reasonsOf(sighting.failures)}`;
    return { ...account, ...told, outcome: 'failed', reason };
  }
  if (sighting.failures.length === 0 && decision.withheld.length === 0) {
    memoryOf(store).look = coverageOf(sighting, run.startedAt);
  }
  return {
    ...account,
    ...told,
    ...(sighting.failures.length > 0 ? { reason: `not listed: ${reasonsOf(sighting.failures)}` } : {}),
    outcome: isChanged ? 'applied' : 'unchanged',
    entries: decision.next,
    ...(store.version ? { store: store.version } : {}),
  };
}

function reasonsOf(failures: readonly FailedSource[]): string {
  return failures.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
}

/** What was done so far, and nothing else known. */
function nothing({ work }: Run) {
  return { withheld: [], problems: [], ...work.account() };
}
