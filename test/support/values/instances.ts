import { distance } from 'fastest-levenshtein';
import type { Address } from '../../../core/address.ts';
import { chooseAddress } from '../../../core/ec2/described-instance.ts';
import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import type { Entry } from '../../../core/entry/entry.ts';
import type { Instance, InstanceState } from '../../../core/instance.ts';
import { withMends } from '../../../core/mends/mends.ts';
import type { Problem } from '../../../core/problem.ts';
import { buildRoutes, type Desired, type RouteContext } from '../../../core/routes/route.ts';
import { listProblems } from '../../../core/routes/route-problems.ts';
import { completeSettings, type Settings } from '../../../core/settings/settings.ts';

/** The time of the tests in epoch seconds. */
export const NOW = 1_800_000_000;

/** The default account of an instance. */
export const HOME_ACCOUNT = '111122223333';

/** A deployment with a base domain. */
export const SETTINGS: Settings = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com' });

/** A deployment in bare mode: all apps are on the distribution's own domain. */
export const BARE: Settings = completeSettings({ deployment: 'main', baseDomain: '' });

/** The settings of an instance in a test; all others have defaults. */
export interface Sketch {
  /** A small number; lower means older. */
  id: number;
  tags: Readonly<Record<string, string>>;
  /** Default: running. */
  state?: InstanceState;
  /** Default: its own name while it runs, otherwise none. `null` means none in any state. */
  publicName?: string | null;
  launchedAt?: number;
  account?: string;
  region?: string;
  /** Instead of a public name. */
  address?: Address;
  interfaces?: readonly string[];
  ipv6?: Instance['ipv6'];
  moreIpv6?: readonly string[];
  isIpv6Only?: boolean;
}

/** The EC2 id of instance number `id`. */
export function idOf(id: number): string {
  return `i-${id.toString(16).padStart(17, '0')}`;
}

/** The public name of instance number `id`, as EC2 forms it. */
export function publicNameOf(id: number): string {
  return `ec2-203-0-113-${id}.compute-1.amazonaws.com`;
}

/** The address with this public name. */
export function ipv4(name: string): Address {
  return { via: 'ipv4', name };
}

/** The address with this public IPv6 name. */
export function ipv6(name: string): Extract<Address, { via: 'ipv6' }> {
  return { via: 'ipv6', name };
}

/** The public IPv6 address of instance number `id`. */
export function ipv6Of(id: number): Extract<Address, { via: 'ipv6' }> {
  return ipv6(encodeIpAwsName({ ipv6: (0x20010db8n << 96n) | BigInt(id) }, 'us-east-1'));
}

/** The public name of an address; `''` if it has none. */
export function nameIn(address: Address | undefined): string {
  return address && 'name' in address ? address.name : '';
}

/** @example instance({ id: 1, state: 'stopped', tags: { 'proxy:host': 'shop' } }) */
export function instance(sketch: Sketch): Instance {
  const { id, tags, state = 'running', account = HOME_ACCOUNT } = sketch;
  const { publicName = state === 'running' ? publicNameOf(id) : null, ipv6: six } = sketch;
  const address = sketch.address ?? chooseAddress(tags, publicName ?? '', six);
  return {
    id: idOf(id),
    state,
    launchedAt: sketch.launchedAt ?? NOW - 100_000 + id,
    account,
    region: sketch.region ?? 'us-east-1',
    tags,
    ...(address === undefined ? {} : { address }),
    ...(six === undefined ? {} : { ipv6: six }),
    ...(sketch.moreIpv6 === undefined ? {} : { moreIpv6: sketch.moreIpv6 }),
    ...(sketch.isIpv6Only === undefined ? {} : { isIpv6Only: sketch.isIpv6Only }),
    ...(sketch.interfaces === undefined ? {} : { interfaces: sketch.interfaces }),
  };
}

/** The routes of a fleet. By default no instance holds a name yet. */
export function routed(fleet: readonly Instance[], more: Partial<RouteContext> = {}): Routed {
  const usual = { settings: SETTINGS, incumbents: new Map(), now: NOW, tokenOf: () => '' };
  const { entries, problems } = buildRoutes(fleet, { ...usual, ...more });
  return { entries, problems: listProblems(problems) };
}

/** The problems of a fleet as the updater publishes them. */
export function publishedProblems(fleet: readonly Instance[]): Problem[] {
  const { entries, problems } = routed(fleet);
  const find = (id: string) => fleet.find((each) => each.id === id);
  return withMends(problems, { settings: SETTINGS, find, entries, distance });
}

/** The entries of a fleet, and the list of its problems. */
export type Routed = Pick<Desired, 'entries'> & { problems: readonly Problem[] };

/** The entry of `label` below the base domain. */
export function entryFor(label: string, desired: Pick<Desired, 'entries'>): Entry | undefined {
  return desired.entries.get(`${label}.${SETTINGS.baseDomain}`);
}

/** The instances that already hold names, by number: `heldBy({ shop: [2] })`. */
export function heldBy(holders: Readonly<Record<string, readonly number[]>>): RouteContext['incumbents'] {
  return new Map(
    Object.entries(holders).map(([label, ids]) => [`${label}.${SETTINGS.baseDomain}`, ids.map(idOf)]),
  );
}
