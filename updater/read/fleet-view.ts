import { type DeathNotice, type FleetFacts, findDeath } from '../../core/events/fleet-facts.ts';
import { type Instance, lastReadings } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { FailedSource, Fleet, Listing } from '../ports.ts';
import type { Hints } from './hints.ts';
import type { Patience } from './patience.ts';

/** The fleet as one run sees it: what EC2 says, corrected by deaths that it has not noticed yet. */
export interface FleetView {
  instances: readonly Instance[];
  failures: readonly FailedSource[];
  /** Every id that was asked for: one that is not among the instances is absent. */
  asked: ReadonlySet<InstanceId>;
  /** Ids that are shown as alive, and taken for dead because an event says so. */
  believedDead: ReadonlySet<InstanceId>;
  /** Ids that no read shows and a young event reports as stopped or terminated. */
  reportedDead: ReadonlySet<InstanceId>;
}

/** Time before EC2 is asked again; together below what one run may wait. */
const WAITS_MS: readonly Milliseconds[] = [500, 1_000];

/** Time after its start in which an instance may still get its public name. */
const NAMELESS_SECONDS: Seconds = 300;

/** What a read of the fleet works with. */
export interface FleetQuestion {
  fleet: Fleet;
  /** Whom to look for whatever their tags; who carries one is asked for meanwhile. */
  ids: Promise<readonly InstanceId[]>;
  hints: Hints;
  /** What events said, once `ids` are there: the mirror may hold both. */
  facts: () => FleetFacts;
  patience: Patience;
  now: () => Seconds;
}

/**
 * Lists the fleet, and reads again what can't be right yet: EC2 is eventually consistent, and an instance gets its public
 * name some time after it runs.
 *
 * A death is believed against EC2 (F5) when its event is less than 60 s old, no replay, later than the instance's
 * start, and two reads still contradict it: a wrong removal costs seconds, a wrong keep sends viewers to an address that
 * may be somebody else's. A notice that it runs, later than the death, lifts that belief.
 */
export async function readFleet(question: FleetQuestion): Promise<FleetView> {
  const { fleet, ids, hints, patience, now } = question;
  let listing = await fleet.list(ids);
  const asked = new Set(await ids);
  const facts = question.facts();
  const news = new Set(hints.ids);
  let silent = listing.failures;
  for (const wait of WAITS_MS) {
    const doubtful = findDoubtfulIds(listing, hints, facts, now());
    // A death that was read twice is decided; the rest may take its time.
    const again = doubtful.filter((id) => news.has(id) && !(wait !== WAITS_MS[0] && facts.deaths.has(id)));
    if (again.length === 0 || !(await patience.wait(wait))) break;
    const reread = await fleet.read(again, silent);
    silent = [...silent, ...reread.failures];
    listing = mergeListing(listing, reread);
  }
  return viewOf(listing, asked, facts);
}

/** What EC2 says of whom can't be the last word. */
function findDoubtfulIds(
  { instances, failures }: Listing,
  hints: Hints,
  facts: FleetFacts,
  now: Seconds,
): InstanceId[] {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  return hints.ids.filter((id) => {
    const instance = byId.get(id);
    if (instance && contradicts(instance, facts)) return true;
    if (hints.backlog || findDeath(facts, id)) return false;
    const isDue = hints.running.has(id);
    if (instance === undefined) return isDue && failures.length === 0;
    return (isDue && instance.state === 'pending') || isNamelessYet(instance, now);
  });
}

function isNamelessYet({ state, publicName, launchedAt, tags }: Instance, now: Seconds): boolean {
  const isOurs = Object.keys(tags).some((key) => key.startsWith(TAG_PREFIX));
  return isOurs && state === 'running' && publicName === undefined && now - launchedAt < NAMELESS_SECONDS;
}

/**
 * EC2 shows an instance as alive whose death, in this very life of it, was reported, lifted since or not. Both times are
 * whole seconds: of one that stopped and was started again within a second, the death belongs to the life before.
 */
function contradicts({ id, state, launchedAt }: Instance, { deaths }: FleetFacts): boolean {
  const death = deaths.get(id);
  return death !== undefined && death.at > launchedAt && (state === 'running' || state === 'pending');
}

function mergeListing(listing: Listing, again: Listing): Listing {
  return {
    instances: lastReadings([...listing.instances, ...again.instances]),
    failures: listing.failures,
  };
}

function viewOf(
  { instances, failures }: Listing,
  asked: ReadonlySet<InstanceId>,
  facts: FleetFacts,
): FleetView {
  const seen = new Set(instances.map(({ id }) => id));
  const believed = (instance: Instance) =>
    contradicts(instance, facts) ? findDeath(facts, instance.id) : undefined;
  return {
    instances: instances.map((instance) => withDeath(instance, believed(instance))),
    failures,
    asked,
    believedDead: new Set(instances.filter(believed).map(({ id }) => id)),
    reportedDead: new Set([...facts.deaths.keys()].filter((id) => !seen.has(id) && findDeath(facts, id))),
  };
}

function withDeath(instance: Instance, death: DeathNotice | undefined): Instance {
  const { publicName: _, ...rest } = instance;
  return death === undefined ? instance : { ...rest, state: death.state };
}
