import { isAwaitingAddress } from '../../core/ec2/awaited-address.ts';
import { type DeathNotice, type FleetFacts, findDeath } from '../../core/events/fleet-facts.ts';
import { type Instance, lastReadings } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { FailedSource, Fleet, Listing } from '../ports.ts';
import type { Hints } from './hints.ts';
import type { Patience } from './patience.ts';

/** The fleet as one run reads it: EC2's listing, corrected by deaths that EC2 does not show yet. */
export interface FleetView {
  instances: readonly Instance[];
  /** The same instances as EC2 lists them. */
  listed: readonly Instance[];
  failures: readonly FailedSource[];
  /** Every id that was asked for: one that is not among the instances does not exist. */
  asked: ReadonlySet<InstanceId>;
  /** Ids that EC2 lists as alive and an event reports as dead; the event is believed. */
  believedDead: ReadonlySet<InstanceId>;
  /** Ids that EC2 does not list and a recent event reports as stopped or terminated. */
  reportedDead: ReadonlySet<InstanceId>;
}

/** Waits before EC2 is asked again; their sum is below the patience of one run. */
const WAITS_MS: readonly Milliseconds[] = [500, 1_000];

/** Time after its launch in which an instance may still get its public name. */
const NAMELESS_SECONDS: Seconds = 300;

/** The inputs of a reading of the fleet. */
export interface FleetQuestion {
  fleet: Fleet;
  /** Instances to read whatever their tags. Tagged instances are listed meanwhile. */
  ids: Promise<readonly InstanceId[]>;
  hints: Hints;
  /** Facts from events. Called once `ids` are known, because loading the mirror adds facts. */
  facts: () => FleetFacts;
  patience: Patience;
  now: () => Seconds;
}

/**
 * Lists the fleet, and reads again the instances whose listed state is probably out of date: EC2 is eventually consistent, and
 * an instance gets its public name some time after it starts to run.
 *
 * A reported death is believed against EC2 (F5) if the event is less than 60 s old, is not a replay, is later than the
 * instance's launch, and two reads contradict it. A wrong removal costs seconds; a wrong keep sends viewers to an address that
 * may belong to another customer. A later notice that the instance runs lifts the belief.
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
    // Two reads decide a death; the other cases may need all waits.
    const again = doubtful.filter((id) => news.has(id) && !(wait !== WAITS_MS[0] && facts.deaths.has(id)));
    if (again.length === 0 || !(await patience.wait(wait))) break;
    const reread = await fleet.read(again, silent);
    silent = [...silent, ...reread.failures];
    listing = mergeListing(listing, reread);
  }
  return viewOf(listing, asked, facts);
}

/** Hinted instances whose listed state is probably out of date. */
function findDoubtfulIds(
  { instances, failures }: Listing,
  hints: Hints,
  facts: FleetFacts,
  now: Seconds,
): InstanceId[] {
  if (hints.ids.length === 0) return [];
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

/** Whether an instance of ours will soon run or get its public name. */
export function isStarting(instance: Instance, now: Seconds): boolean {
  const isDue = now - instance.launchedAt < NAMELESS_SECONDS && isOurs(instance);
  return isDue && (instance.state === 'pending' || isNamelessYet(instance, now));
}

function isNamelessYet(instance: Instance, now: Seconds): boolean {
  return isAwaitingAddress(instance) && now - instance.launchedAt < NAMELESS_SECONDS && isOurs(instance);
}

function isOurs({ tags }: Instance): boolean {
  return Object.keys(tags).some((key) => key.startsWith(TAG_PREFIX));
}

/**
 * Whether EC2 lists an instance as alive although its death was reported in its current life. Both times are whole seconds: if
 * it stopped and started within one second, the death belongs to the life before.
 */
export function contradicts({ id, state, launchedAt }: Instance, { deaths }: FleetFacts): boolean {
  const death = deaths.get(id);
  return death !== undefined && death.at > launchedAt && (state === 'running' || state === 'pending');
}

function mergeListing(listing: Listing, again: Listing): Listing {
  return {
    instances: lastReadings([...listing.instances, ...again.instances]),
    failures: listing.failures,
  };
}

/** Corrects a listing by the deaths that EC2 does not show yet. */
export function viewOf(
  { instances, failures }: Listing,
  asked: ReadonlySet<InstanceId>,
  facts: FleetFacts,
): FleetView {
  const seen = new Set(instances.map(({ id }) => id).filter((id) => facts.deaths.has(id)));
  const believed = (instance: Instance) =>
    contradicts(instance, facts) ? findDeath(facts, instance.id) : undefined;
  return {
    instances: instances.map((instance) => withDeath(instance, believed(instance))),
    listed: instances,
    failures,
    asked,
    believedDead: new Set(instances.filter(believed).map(({ id }) => id)),
    reportedDead: new Set([...facts.deaths.keys()].filter((id) => !seen.has(id) && findDeath(facts, id))),
  };
}

function withDeath(instance: Instance, death: DeathNotice | undefined): Instance {
  const { address: _, ...rest } = instance;
  return death === undefined ? instance : { ...rest, state: death.state };
}
