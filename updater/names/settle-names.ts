import { type Address, isSameAddress } from '../../core/address.ts';
import { type Entry, isServing, type ServingEntry, type Target } from '../../core/entry/entry.ts';
import { withoutMembers } from '../../core/entry/without-members.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import type { Hostname, InstanceId } from '../../core/wire/brands.ts';

export type Ipv6Address = Extract<Address, { via: 'ipv6' }>;

/** The result of the last look-up of a public name. */
export type NameState =
  | 'resolved'
  /** DNS knows no such name, or the name has another address. */
  | 'absent'
  /** DNS did not say. */
  | 'unanswered';

/** Undefined for an address that was not looked up. */
export type NameStateOf = (address: Ipv6Address) => NameState | undefined;

/** Whether an instance has this public name beside the one that was chosen for it. */
export type HasToo = (id: InstanceId, name: string) => boolean;

/** Addresses whose names need a look-up, by the hostname whose entry waits for it. */
export interface OpenNames {
  /** Never looked up. */
  unasked: ReadonlyMap<Hostname, readonly Ipv6Address[]>;
  /** Looked up without success, or not looked up by this process although an entry has it. */
  unsettled: ReadonlyMap<Hostname, readonly Ipv6Address[]>;
}

export const NO_OPEN_NAMES: OpenNames = { unasked: new Map(), unsettled: new Map() };

interface Settled {
  entries: ReadonlyMap<Hostname, Entry>;
  problems: readonly Problem[];
  open: OpenNames;
}

/**
 * Leaves out the instances whose public IPv6 name is not in DNS, because CloudFront could not reach them. It computes nothing from
 * other hostnames, so a decision on a part gives the same.
 *
 *     the name            an address that the entry has   another address
 *     is resolved         stays                           is written
 *     does not exist      stays, and a problem            is left out, and a problem
 *     gets no answer      stays, and a problem            is written, and a problem
 *     was not looked up   stays                           waits: the entry stays, unless it must lose an address
 *
 * An address that the entry has also stays if the instance got another one that would be chosen, as long as it has both.
 */
export function settleNames(
  desired: ReadonlyMap<Hostname, Entry>,
  owned: ReadonlyMap<Hostname, Entry>,
  stateOf: NameStateOf,
  hasToo: HasToo,
): Settled {
  const entries = new Map<Hostname, Entry>();
  const problems: Problem[] = [];
  const open = {
    unasked: new Map<Hostname, readonly Ipv6Address[]>(),
    unsettled: new Map<Hostname, readonly Ipv6Address[]>(),
  };
  for (const [hostname, wanted] of desired) {
    const before = owned.get(hostname);
    const entry = keepHeld(wanted, before, hasToo);
    const names = isServing(entry) ? findUnresolved(entry, before, stateOf) : [];
    if (!isServing(entry) || names.length === 0) {
      entries.set(hostname, entry);
      continue;
    }
    problems.push(...names.flatMap((name) => describe(hostname, name)));
    const isUnasked = ({ isHeld, state }: Unresolved) => !isHeld && state === undefined;
    const unasked = names.filter(isUnasked);
    const unsettled = names.filter((name) => !isUnasked(name));
    if (unasked.length > 0) open.unasked.set(hostname, unasked.map(addressOf));
    if (unsettled.length > 0) open.unsettled.set(hostname, unsettled.map(addressOf));
    const kept = keepReachable(entry, before, names);
    if (kept !== undefined) entries.set(hostname, kept);
  }
  return { entries, problems, open };
}

/** The entry with the IPv6 addresses that the present one has and the instances still have. */
function keepHeld(entry: Entry, before: Entry | undefined, hasToo: HasToo): Entry {
  if (before === undefined || !isServing(entry) || !isServing(before)) return entry;
  const instances = entry.instances.map((target) => {
    if (target.address.via !== 'ipv6') return target;
    const held = before.instances.find(
      ({ id, launchedAt }) => id === target.id && launchedAt === target.launchedAt,
    );
    if (held?.address.via !== 'ipv6' || !hasToo(target.id, held.address.name)) return target;
    return { ...target, address: held.address };
  });
  return instances.every((target, at) => target === entry.instances[at]) ? entry : { ...entry, instances };
}

interface Unresolved {
  id: string;
  address: Ipv6Address;
  /** The present entry of the hostname has it. */
  isHeld: boolean;
  state: Exclude<NameState, 'resolved'> | undefined;
}

const addressOf = ({ address }: Unresolved) => address;

function findUnresolved(
  { instances }: ServingEntry,
  before: Entry | undefined,
  stateOf: NameStateOf,
): Unresolved[] {
  return instances.flatMap((target) => {
    const { id, address } = target;
    const state = address.via === 'ipv6' ? stateOf(address) : 'resolved';
    if (address.via !== 'ipv6' || state === 'resolved') return [];
    const isHeld = before !== undefined && isServing(before) && before.instances.some(isSame(target));
    return [{ id, address, isHeld, state }];
  });
}

const isSame = (one: Target) => (other: Target) =>
  one.id === other.id && one.launchedAt === other.launchedAt && isSameAddress(one.address, other.address);

/** The entry without the new addresses that are not known to resolve; undefined if the hostname waits without an entry. */
function keepReachable(
  entry: ServingEntry,
  before: Entry | undefined,
  names: readonly Unresolved[],
): Entry | undefined {
  const left = names.filter(({ isHeld, state }) => !isHeld && state !== 'unanswered');
  const isWaiting = left.length > 0 && left.every(({ state }) => state === undefined);
  // Viewers whom the tags no longer admit do not wait for a look-up.
  if (isWaiting && before === undefined) return undefined;
  if (isWaiting && before && losesNothing(before, entry)) return { ...before, access: entry.access };
  return withoutMembers(entry, new Set(left.map(({ id }) => id)), 'starting');
}

/** Whether every address of the present entry is in the next one. */
function losesNothing(before: Entry, { instances }: ServingEntry): boolean {
  return !isServing(before) || before.instances.every((target) => instances.some(isSame(target)));
}

const REMEDY = 'enable DNS support and DNS hostnames in its VPC';

function describe(hostname: Hostname, { id, address: { name }, isHeld, state }: Unresolved): Problem[] {
  const about = { instance: id, hostnames: [hostname], found: name } as const;
  switch (state) {
    case undefined:
      return [];
    case 'absent': {
      const effect = isHeld ? `${hostname} fails there` : `${hostname} is not sent to it`;
      const what = `${id} has no public DNS name that leads to its IPv6 address (${name}), so ${effect}`;
      return [
        makeProblem({
          ...about,
          code: 'name-unresolved',
          what,
          remedy: `${REMEDY}; the next sweep looks again`,
        }),
      ];
    }
    case 'unanswered': {
      const what = `DNS did not answer whether ${name} of ${id} exists; ${hostname} is sent to it`;
      const remedy = `if that fails, ${REMEDY}; the next sweep asks again`;
      return [makeProblem({ ...about, code: 'name-unanswered', what, remedy })];
    }
    default:
      return state satisfies never;
  }
}
