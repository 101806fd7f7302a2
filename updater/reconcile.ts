import { batchesOf } from '../core/batch.ts';
import type { Entry } from '../core/entry.ts';
import type { Instance } from '../core/instance.ts';
import {
  applied,
  type Changes,
  type Entries,
  isEmpty,
  nextSequence,
  ownedEntries,
  plan,
} from '../core/plan.ts';
import { limitInferred } from '../core/policy.ts';
import type { Problem } from '../core/problem.ts';
import { incumbentsOf, routesOf } from '../core/route.ts';
import type { Settings } from '../core/settings.ts';
import type { KnownStore } from './known-store.ts';
import type { Clock, Fleet, StoreVersion } from './ports.ts';

/** What a reconcile works with. */
export interface Parts {
  fleet: Fleet;
  store: KnownStore;
  clock: Clock;
  settings: Settings;
  tokenOf: (hostname: string) => string;
}

/** What one reconcile came to. */
export interface Reconciled {
  outcome: 'applied' | 'unchanged' | 'conflict' | 'failed';
  /** Why, when it is `conflict` or `failed`. */
  reason?: string;
  puts: string[];
  deletes: string[];
  problems: Problem[];
  /** The owned entries as they now stand; undefined when they are not known. */
  entries?: ReadonlyMap<string, Entry>;
  store?: StoreVersion;
  /** The owned entries as they stood before. */
  before?: ReadonlyMap<string, Entry>;
  /** Lost races that were run again. */
  conflicts: number;
  /** Hostnames whose change a policy held back. */
  withheld?: number;
}

/** Lost races in a row before the batch is given back to the queue. */
const MAX_RACES = 6;

/** Milliseconds before the second try at most; doubled each time, all of them stay below two seconds. */
const FIRST_WAIT_MS = 15;

/**
 * Makes the store equal to what the fleet's tags ask for. Ask EC2 for the whole fleet; take what the store holds from
 * the last run; compute the desired entries; plan the difference, of owned entries only; let the policy hold back
 * what is merely inferred; write it under the store's ETag. A lost race reads and plans again.
 *
 * Hints decide nothing here: they only name instances to look at although their tags may be gone.
 *
 * @throws when the store can't be read or written; a listing that fails is an outcome, and changes nothing
 */
export async function reconcile(parts: Parts, hinted: readonly string[]): Promise<Reconciled> {
  for (let races = 0; races <= MAX_RACES; races++) {
    const { entries } = await parts.store.read();
    const owned = ownedEntries(entries, parts.settings.owner);
    const listing = await listed(parts.fleet, [...hinted, ...idsIn(owned)]);
    if ('failure' in listing) return failed(listing.failure, races);
    const decision = decide(parts, entries, owned, listing.fleet);
    const outcome = await perform(parts.store, decision.changes);
    if (outcome === 'done') return { ...(await finished(parts, decision, races)), before: owned };
    await parts.clock.sleep(FIRST_WAIT_MS * 2 ** races * parts.clock.random());
  }
  const reason = `another writer won ${MAX_RACES + 1} races for the store; the queue will try again`;
  return { outcome: 'conflict', reason, puts: [], deletes: [], problems: [], conflicts: MAX_RACES + 1 };
}

async function listed(
  fleet: Fleet,
  ids: readonly string[],
): Promise<{ fleet: Instance[] } | { failure: string }> {
  try {
    return { fleet: await fleet.list([...new Set(ids)]) };
  } catch (error) {
    return { failure: `the fleet could not be listed, so no route was changed: ${String(error)}` };
  }
}

function idsIn(owned: ReadonlyMap<string, Entry>): string[] {
  return [...owned.values()].flatMap((entry) => entry.instances.map((member) => member.id));
}

interface Decision {
  changes: Changes;
  problems: Problem[];
  withheld: number;
  /** All keys once the changes are in. */
  next: Entries;
}

/** Pure: everything between reading and writing. */
function decide(
  parts: Parts,
  entries: Entries,
  owned: ReadonlyMap<string, Entry>,
  fleet: readonly Instance[],
): Decision {
  const { settings, tokenOf, clock } = parts;
  const now = Math.floor(clock.now() / 1000);
  const desired = routesOf(fleet, { settings, incumbents: incumbentsOf(owned), now, tokenOf });
  const { changes, occupied } = plan(entries, desired.entries, settings.owner, nextSequence(owned));
  const guarded = limitInferred(changes, owned, new Set(fleet.map((instance) => instance.id)));
  const problems = [
    ...desired.problems,
    ...occupied.map((each) => occupiedProblem(each.hostname, each.owner)),
    ...guarded.withheld.map(withheldProblem),
  ];
  const withheld = guarded.withheld.length;
  return { changes: guarded.changes, problems, withheld, next: applied(entries, guarded.changes) };
}

function occupiedProblem(hostname: string, owner: string | undefined): Problem {
  const holder = owner === undefined ? 'a value that was written by hand' : `deployment "${owner}"`;
  const message = `${hostname} is taken by ${holder} in the same store; it stays as it is, choose another name or remove that key`;
  return { instance: '', tag: 'proxy:host', hostname, message };
}

function withheldProblem(hostname: string): Problem {
  const message = `${hostname} stays although its instances are in no listing: too many vanished at once to be believed; check the updater's region and permissions`;
  return { instance: '', tag: '', hostname, message };
}

async function perform(store: KnownStore, changes: Changes): Promise<'done' | 'lost'> {
  for (const batch of batchesOf(changes)) {
    const { outcome } = await store.write(batch);
    if (outcome === 'conflict') return 'lost';
  }
  return 'done';
}

async function finished(parts: Parts, decision: Decision, conflicts: number): Promise<Reconciled> {
  const { changes, problems, withheld, next } = decision;
  const unchanged = isEmpty(changes);
  if (!unchanged) await parts.store.settle();
  return {
    outcome: unchanged ? 'unchanged' : 'applied',
    puts: [...changes.puts.keys()],
    deletes: [...changes.deletes],
    problems,
    entries: ownedEntries(next, parts.settings.owner),
    ...(parts.store.version ? { store: parts.store.version } : {}),
    conflicts,
    withheld,
  };
}

function failed(reason: string, conflicts: number): Reconciled {
  return { outcome: 'failed', reason, puts: [], deletes: [], problems: [], conflicts };
}
