import type { Address } from '../../address.ts';
import type { Access } from '../../entry/access.ts';
import type { Entry, Target } from '../../entry/entry.ts';
import { type EntryState, entryState, type Rule } from '../../entry/rule.ts';
import type { Problem } from '../../problem.ts';
import { Fault } from '../../schema.ts';
import type { DeploymentId, Hostname, InstanceId } from '../../wire/brands.ts';
import type { Found } from '../question.ts';

/** The list of a deployment, as far as explanations need it: `routes.json` with its changes (core/journal/routes-file.ts). */
export interface List {
  deployment: DeploymentId;
  baseDomain: string;
  signIn?: boolean;
  /** `names`: the list has hostnames and states alone. */
  detail: 'full' | 'names';
  routes: readonly ListedRoute[];
  instances: readonly {
    id: InstanceId;
    via?: Address['via'];
    region?: string;
    closing?: readonly string[];
  }[];
  problems: readonly Problem[];
}

/** One hostname of a list. */
export interface ListedRoute {
  hostname: Hostname;
  /** An `EntryState`, or a state that only another version knows. */
  state: string;
  since?: string;
  instances: readonly InstanceId[];
  rules: readonly ListedRule[];
  expiresAt?: string;
  access?: 'open' | 'named';
}

type ListedRule = Omit<Rule, 'conditions' | 'strip'> & Partial<Pick<Rule, 'conditions' | 'strip'>>;

/** The content of each key, as far as a list knows it. A name that is gone is missing in it. */
export function finderIn(list: List): (key: Hostname) => Found {
  const routes = new Map(list.routes.map((route) => [route.hostname, route]));
  const ways = new Map(list.instances.map(({ id, via }) => [id, via]));
  return (key) => {
    const route = routes.get(key);
    if (route === undefined) return { is: 'missing' };
    const state = entryState(route.state);
    if (list.detail === 'names' || state instanceof Fault) return { is: 'named', state: route.state };
    const { since } = route;
    return {
      is: 'entry',
      entry: entryOf({ ...route, state }, list, ways),
      listed: since === undefined ? {} : { since },
    };
  };
}

/** The entry of a listed route. It has neither addresses nor a token, and the text of its access rule is not known. */
function entryOf(
  { state, instances, rules, expiresAt, access }: ListedRoute & { state: EntryState },
  { deployment, signIn }: List,
  ways: ReadonlyMap<InstanceId, Address['via'] | undefined>,
): Entry {
  const facts = {
    ...{ deployment, sequence: 0, access: accessOf(access, signIn) },
    ...(expiresAt === undefined ? {} : { expiresAt: Math.floor(Date.parse(expiresAt) / 1_000) }),
  };
  if (state !== 'live' && state !== 'draining')
    return { ...facts, state, instances: instances.map((id) => ({ id, launchedAt: 0 })) };
  return {
    ...{ ...facts, state, token: '' },
    instances: instances.map((id) => targetOf(id, ways.get(id))),
    rules: rules.map(({ conditions = [], strip = false, ...rule }) => ({ ...rule, conditions, strip })),
  };
}

function accessOf(access: ListedRoute['access'], signIn = false): Access {
  if (!signIn) return 'public';
  if (access === 'open') return 'open';
  return access === 'named' ? { since: 1, rule: NAMED } : { since: 1 };
}

/** Stands for the text of an access rule. */
const NAMED = 'an access rule';

function targetOf(id: InstanceId, via: Address['via'] = 'ipv4'): Target {
  const address: Address = via === 'vpc' ? { via, origin: id } : { via, name: 'not-listed.invalid' };
  return { id, launchedAt: 0, address };
}
