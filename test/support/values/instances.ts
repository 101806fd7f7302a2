import type { Address } from '../../../core/address.ts';
import type { Entry } from '../../../core/entry/entry.ts';
import type { Instance, InstanceState } from '../../../core/instance.ts';
import type { Problem } from '../../../core/problem.ts';
import { buildRoutes, type Desired, type RouteContext } from '../../../core/routes/route.ts';
import { listProblems } from '../../../core/routes/route-problems.ts';
import { completeSettings, type Settings } from '../../../core/settings/settings.ts';

/** Epoch seconds at which the tests happen. */
export const NOW = 1_800_000_000;

/** The account of every instance that does not say another. */
export const HOME_ACCOUNT = '111122223333';

/** A deployment with a base domain of its own. */
export const SETTINGS: Settings = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com' });

/** A deployment without one: all apps are behind the distribution's own name. */
export const BARE: Settings = completeSettings({ deployment: 'main', baseDomain: '' });

/** The settings of an instance in a test; all others have defaults. */
export interface Sketch {
  /** A small number: the lower, the older. */
  id: number;
  tags: Readonly<Record<string, string>>;
  /** Default: running. */
  state?: InstanceState;
  /** Default: its own name while it runs, none otherwise. `null`: none at all. */
  publicName?: string | null;
  launchedAt?: number;
  account?: string;
  region?: string;
}

/** The EC2 id of instance number `id`. */
export function idOf(id: number): string {
  return `i-${id.toString(16).padStart(17, '0')}`;
}

/** The public name that EC2 would give to instance number `id`. */
export function publicNameOf(id: number): string {
  return `ec2-203-0-113-${id}.compute-1.amazonaws.com`;
}

/** The address that a public name is. */
export function ipv4(name: string): Address {
  return { via: 'ipv4', name };
}

/** The public name in an address; `''` where there is none. */
export function nameIn(address: Address | undefined): string {
  return address && 'name' in address ? address.name : '';
}

/** @example instance({ id: 1, state: 'stopped', tags: { 'proxy:host': 'shop' } }) */
export function instance(sketch: Sketch): Instance {
  const { id, tags, state = 'running', account = HOME_ACCOUNT } = sketch;
  const { publicName = state === 'running' ? publicNameOf(id) : null } = sketch;
  return {
    id: idOf(id),
    state,
    launchedAt: sketch.launchedAt ?? NOW - 100_000 + id,
    account,
    region: sketch.region ?? 'us-east-1',
    tags,
    ...(publicName === null ? {} : { address: ipv4(publicName) }),
  };
}

/** What becomes of a fleet, where no name is taken yet unless said otherwise. */
export function routed(fleet: readonly Instance[], more: Partial<RouteContext> = {}): Routed {
  const usual = { settings: SETTINGS, incumbents: new Map(), now: NOW, tokenOf: () => '' };
  const { entries, problems } = buildRoutes(fleet, { ...usual, ...more });
  return { entries, problems: listProblems(problems) };
}

/** The entries that a fleet asks for, and the list of problems. */
export type Routed = Pick<Desired, 'entries'> & { problems: readonly Problem[] };

/** The entry of `label` below the base domain. */
export function entryFor(label: string, desired: Pick<Desired, 'entries'>): Entry | undefined {
  return desired.entries.get(`${label}.${SETTINGS.baseDomain}`);
}

/** Who holds names already, by number: `heldBy({ shop: [2] })`. */
export function heldBy(holders: Readonly<Record<string, readonly number[]>>): RouteContext['incumbents'] {
  return new Map(
    Object.entries(holders).map(([label, ids]) => [`${label}.${SETTINGS.baseDomain}`, ids.map(idOf)]),
  );
}
