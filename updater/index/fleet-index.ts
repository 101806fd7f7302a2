import { encodeAddress } from '../../core/address.ts';
import { isServing } from '../../core/entry/entry.ts';
import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { type FleetFacts, isLeaving } from '../../core/events/fleet-facts.ts';
import { type Instance, isSameInstance } from '../../core/instance.ts';
import { keysOf } from '../../core/plan/plan.ts';
import { mayClaim } from '../../core/routes/route.ts';
import type { ProblemsBySubject } from '../../core/routes/route-problems.ts';
import type { ParsedTags } from '../../core/routes/route-spec.ts';
import { toMilliseconds } from '../../core/time.ts';
import type { Hostname, InstanceId, InterfaceId, Seconds } from '../../core/wire/brands.ts';
import { type Coverage, findUnanswered } from '../read/coverage.ts';
import { contradicts, type FleetView, isStarting } from '../read/fleet-view.ts';
import type { Decision } from '../run/decide.ts';
import { KnownProblems } from './known-problems.ts';
import { LeaseEnds } from './lease-ends.ts';
import { Links } from './links.ts';

/** A change that concerns more hostnames is decided with all others: it costs no less. */
const MOST_HOSTNAMES = 200;

/** All that a decision on some hostnames needs. */
export interface Part {
  only: ReadonlySet<Hostname>;
  view: Pick<FleetView, 'instances' | 'failures' | 'reportedDead'>;
}

/** A decision that is in the store, and its circumstances. */
export interface Decided {
  view: FleetView;
  decision: Pick<Decision, 'changes' | 'next' | 'openNames' | 'problems' | 'withheld'>;
  /** The hints of the run, and earlier ones that it may have read too early. */
  events: readonly FleetEvent[];
  facts: FleetFacts;
  now: Seconds;
  /** Version of the store after the write. */
  etag: string;
  /** Epoch of the tokens (updater/tokens/origin-tokens.ts). */
  tokenEpoch: number;
  coverage: Coverage;
}

/**
 * The last complete look at the fleet and the decision on it, by instance and by hostname. With it a run that reads a few
 * instances decides on the hostnames that these concern, and its decision is the one that the whole fleet would give:
 *
 * - A hostname's entry depends on its claimants, its present entry, and the clock. So the hostnames to decide on are those that a
 *   read instance claims, claimed or is a member of, and those that the clock or a policy may change.
 * - The clock changes hostnames of instances whose lease ends, whose death or warning an event reported, and hostnames that are
 *   kept for wrong tags. These instances are read again, too.
 * - A change that a policy held back or that waits for a look-up is decided again in every run, and a hostname that changed is once.
 * - Whatever the index cannot answer for sure, such as an instance that is missing or an address that has moved, is left to a run
 *   that reads everything.
 */
export class FleetIndex {
  readonly #parse: (instance: Instance) => ParsedTags;
  /** As EC2 listed them. */
  readonly #fleet = new Map<InstanceId, Instance>();
  readonly #claims = new Links<InstanceId, Hostname>();
  readonly #members = new Links<Hostname, InstanceId>();
  readonly #addresses = new Links<InstanceId, string>();
  readonly #problems = new KnownProblems();
  readonly #leases = new LeaseEnds();
  /** Hostnames whose change a policy held back, that are kept for wrong tags, or that wait for a look-up. */
  #open: ReadonlySet<Hostname> = new Set();
  /** Hostnames with names that were looked up without success. A sweep decides on them again. */
  readonly #unsettled = new Set<Hostname>();
  /** Hostnames that the last decision changed, and that have problems: now these may be others. */
  #changed: readonly Hostname[] = [];
  /** Instances that counted as dead or leaving at the last decision because of an event. */
  #reported: readonly InstanceId[] = [];
  /** Instances that will soon run or get their public name. */
  readonly #starting = new Set<InstanceId>();
  #unanswered: readonly FleetEvent[] = [];
  #decidedAt: Seconds = 0;
  #etag = '';
  #coverage: Coverage;

  /** Epoch of the tokens that the entries have. */
  readonly tokenEpoch: number;

  /** @param decided on all hostnames, from a complete listing */
  constructor(parse: (instance: Instance) => ParsedTags, decided: Decided) {
    this.#parse = parse;
    this.#coverage = decided.coverage;
    this.tokenEpoch = decided.tokenEpoch;
    const { next, problems } = decided.decision;
    const ids = decided.view.listed.map(({ id }) => id);
    this.#record(new Set([...next.keys(), ...problems.byHostname.keys()]), ids, ids, decided);
  }

  /** Version of the store that has these entries. */
  get etag(): string {
    return this.#etag;
  }

  /** Which hints need no further run. */
  get coverage(): Coverage {
    return this.#coverage;
  }

  /** Events that earlier runs may have read too early. */
  get unanswered(): readonly FleetEvent[] {
    return this.#unanswered;
  }

  /** All problems, in the order of a decision on everything. */
  get problems(): ProblemsBySubject {
    return this.#problems.sort((id) => this.#fleet.get(id));
  }

  /** Every instance as EC2 lists it, with a new reading of some of them. */
  *listedWith({ asked, listed }: Pick<FleetView, 'asked' | 'listed'>): Generator<Instance> {
    for (const [id, instance] of this.#fleet) if (!asked.has(id)) yield instance;
    yield* listed;
  }

  /** The account and region of an instance, as far as it is known. */
  placeOf(id: InstanceId): Pick<Instance, 'account' | 'region'> | undefined {
    return this.#fleet.get(id);
  }

  /** An instance as EC2 lists it. */
  find(id: InstanceId): Instance | undefined {
    return this.#fleet.get(id);
  }

  /** Instances that had this interface or attachment when they were read. */
  *behindInterface(id: InterfaceId): Generator<InstanceId> {
    for (const instance of this.#fleet.values()) if (instance.interfaces?.includes(id)) yield instance.id;
  }

  /**
   * Instances that must be read again, whatever the events name: the clock, an earlier event or a policy may change their
   * hostnames, or they are starting. So a storm of launches costs fewer writes than events.
   */
  findPending(facts: FleetFacts, now: Seconds): ReadonlySet<InstanceId> {
    const pending = new Set([
      ...this.#reported,
      ...this.#reportedIn(facts, now),
      ...this.#leases.findEnded(now),
    ]);
    for (const hostname of this.#open) for (const id of this.#behind(hostname)) pending.add(id);
    for (const id of this.#starting) {
      const instance = this.#fleet.get(id);
      if (instance && isStarting(instance, now)) pending.add(id);
    }
    return pending;
  }

  /** A complete look, without the instances that are as they were and not pending. */
  findChanged(view: FleetView, facts: FleetFacts, now: Seconds): FleetView {
    const asked = new Set(this.findPending(facts, now));
    for (const hostname of this.#unsettled) for (const id of this.#behind(hostname)) asked.add(id);
    const missing = new Set(this.#fleet.keys());
    for (const instance of view.listed) {
      const known = this.#fleet.get(instance.id);
      if (known === undefined || !isSameInstance(known, instance)) asked.add(instance.id);
      missing.delete(instance.id);
    }
    for (const id of missing) asked.add(id);
    const isAsked = ({ id }: Instance) => asked.has(id);
    return {
      ...view,
      asked,
      listed: view.listed.filter(isAsked),
      instances: view.instances.filter(isAsked),
    };
  }

  /**
   * The part of the fleet and of the store that a new reading concerns; undefined if only a look at everything can tell.
   *
   * @param view of some instances, the pending ones among them
   */
  findPart({ instances, asked, reportedDead }: FleetView, facts: FleetFacts, now: Seconds): Part | undefined {
    const isPendingRead = [...this.findPending(facts, now)].every((id) => asked.has(id));
    if (now < this.#decidedAt || !isPendingRead) return undefined;
    const fresh = new Map(instances.map((instance) => [instance.id, instance]));
    const only = new Set([...this.#open, ...this.#changed]);
    for (const id of asked) {
      const instance = fresh.get(id);
      if (instance && this.#hasMoved(instance, asked)) return undefined;
      const names = [...this.#namesOf(id)];
      if (instance === undefined && names.length > 0 && !reportedDead.has(id)) return undefined;
      for (const hostname of [...names, ...(instance ? this.#claimedBy(instance) : [])]) only.add(hostname);
    }
    if (only.size > MOST_HOSTNAMES) return undefined;
    const behind = new Map(fresh);
    for (const id of [...only].flatMap((hostname) => [...this.#behind(hostname)])) {
      if (asked.has(id)) continue;
      const known = this.#fleet.get(id);
      if (known === undefined) return undefined;
      behind.set(id, known);
    }
    return {
      only: new Set([...only].sort()),
      view: { instances: [...behind.values()], failures: [], reportedDead },
    };
  }

  /** Whether its address is known as that of an instance that was not read: that one has lost it. */
  #hasMoved({ id, address }: Instance, asked: ReadonlySet<InstanceId>): boolean {
    const holders = address ? [...this.#addresses.to(encodeAddress(address))] : [];
    return holders.some((holder) => holder !== id && !asked.has(holder));
  }

  /** Takes over a decision on a part that is in the store. */
  add({ only, view }: Part, decided: Omit<Decided, 'tokenEpoch'>): void {
    const ids = view.instances.map(({ id }) => id);
    this.#record(only, decided.view.asked, [...ids, ...decided.view.asked], decided);
  }

  /**
   * @param read instances that were read
   * @param behind all instances that the decision is about
   */
  #record(
    hostnames: ReadonlySet<Hostname>,
    read: Iterable<InstanceId>,
    behind: Iterable<InstanceId>,
    { view, decision, events, facts, now, etag, coverage }: Omit<Decided, 'tokenEpoch'>,
  ): void {
    const listed = new Map(view.listed.map((instance) => [instance.id, instance]));
    const seen = new Map(view.instances.map((instance) => [instance.id, instance]));
    for (const id of read) this.#recordInstance(id, listed.get(id), seen.get(id), now);
    this.#problems.replace(behind, hostnames, decision.problems);
    const { unasked, unsettled } = decision.openNames;
    const held: Hostname[] = [];
    for (const hostname of hostnames) {
      const entry = decision.next.get(hostname);
      this.#members.set(hostname, entry?.instances.map(({ id }) => id) ?? []);
      if (entry && !isServing(entry) && entry.claimEndsAt !== undefined) held.push(hostname);
      if (unsettled.has(hostname)) this.#unsettled.add(hostname);
      else this.#unsettled.delete(hostname);
    }
    this.#open = new Set([...decision.withheld, ...held, ...unasked.keys()]);
    const { byHostname } = decision.problems;
    this.#changed = keysOf(decision.changes).filter((hostname) => byHostname.has(hostname));
    this.#reported = this.#reportedIn(facts, now);
    this.#unanswered = findUnanswered([...this.#unanswered, ...events], coverage, toMilliseconds(now));
    this.#decidedAt = now;
    this.#etag = etag;
    this.#coverage = coverage;
  }

  /** @param seen the instance, corrected by reported deaths */
  #recordInstance(
    id: InstanceId,
    listed: Instance | undefined,
    seen: Instance | undefined,
    now: Seconds,
  ): void {
    if (listed === undefined) this.#fleet.delete(id);
    else this.#fleet.set(id, listed);
    this.#addresses.set(id, listed === undefined ? [] : addressesOf(listed));
    this.#claims.set(id, seen ? this.#claimedBy(seen) : []);
    if (listed && isStarting(listed, now)) this.#starting.add(id);
    else this.#starting.delete(id);
    const specs = seen && mayClaim(seen) ? this.#parse(seen).specs : [];
    const ends = specs.flatMap(({ expiresAt }) => expiresAt ?? []);
    this.#leases.set(id, ends, now);
  }

  /** Hostnames that an instance asks for, with right or wrong tags. */
  #claimedBy(instance: Instance): Hostname[] {
    if (!mayClaim(instance)) return [];
    const { specs, faulty } = this.#parse(instance);
    return [...new Set([...specs, ...faulty].flatMap(({ hostname }) => hostname ?? []))];
  }

  /** Hostnames that an instance claims or is a member of. */
  #namesOf(id: InstanceId): Set<Hostname> {
    return new Set([...this.#claims.of(id), ...this.#members.to(id)]);
  }

  /** Claimants and members of a hostname. */
  #behind(hostname: Hostname): Set<InstanceId> {
    return new Set([...this.#claims.to(hostname), ...this.#members.of(hostname)]);
  }

  /** Instances that count as dead or leaving because of an event, and not because EC2 lists them so. */
  #reportedIn(facts: FleetFacts, now: Seconds): InstanceId[] {
    const ids = [...facts.deaths.keys(), ...facts.warnings.keys()];
    return ids.filter((id) => {
      const instance = this.#fleet.get(id);
      return instance && (contradicts(instance, facts) || isLeaving(facts, instance, now));
    });
  }
}

/** The address that its tags choose, and those that an entry may have kept. */
function addressesOf({ address, moreIpv6 = [] }: Instance): string[] {
  const more = moreIpv6.map((name) => encodeAddress({ via: 'ipv6', name }));
  return [...(address === undefined ? [] : [encodeAddress(address)]), ...more];
}
