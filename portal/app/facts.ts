import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { describeCause } from '../words/causes.ts';
import { appHref, isLocal, type Place } from '../words/links.ts';
import { describeAge, describeLease } from '../words/spans.ts';
import { describeState, type StateWords, stateNow } from '../words/states.ts';
import { consoleLink } from './console-link.ts';
import { describeRule, type RuleWords } from './rules.ts';

/** A time, and its distance from now in words. */
export interface TimeWords {
  /** ISO 8601. */
  at: string;
  words: string;
}

/** A fact with its name. */
export interface Fact {
  name: string;
  value: string;
}

/** An instance, as the page of an app shows it. */
export interface InstanceWords {
  id: string;
  /** Its tag `Name`; empty without one. */
  name: string;
  state: string;
  launched?: TimeWords;
  /** Who started it; empty if no event named the caller. */
  launchedBy: string;
  /** Its page in the AWS console; absent in a local cloud. */
  console?: string;
  facts: Fact[];
}

/** An app, as its page shows it. */
export interface AppFacts extends StateWords {
  hostname: Hostname;
  /** Absent if no link can lead there. */
  href?: string;
  since?: TimeWords;
  /** The event that changed it last; empty if none is known. */
  cause: string;
  lease?: TimeWords;
  /** Who may open it. */
  access: string;
  rules: RuleWords[];
  instances: InstanceWords[];
}

/** Describes one app. Undefined if the list has no route of this name. */
export function describeFacts(
  list: RoutesFile,
  hostname: Hostname,
  { now, place }: { now: Milliseconds; place: Place },
): AppFacts | undefined {
  const route = list.routes.find((each) => each.hostname === hostname);
  if (route === undefined) return undefined;
  const { since, cause, expiresAt, rules, instances } = route;
  const paths = rules.map(({ path }) => path);
  const href = appHref(hostname, list.baseDomain, paths, place);
  return {
    ...{ hostname, ...describeState(stateNow(route, now)) },
    ...(href === undefined ? {} : { href }),
    ...(since === undefined ? {} : { since: ago(since, now) }),
    cause: cause === undefined ? '' : describeCause(cause),
    ...(expiresAt === undefined ? {} : { lease: { at: expiresAt, words: describeLease(expiresAt, now) } }),
    access: describeAccess(route, list),
    rules: rules.map((rule) => describeRule(rule, instances)),
    instances: instances.map((id) => describeInstance(id, route, list, now, place)),
  };
}

function ago(at: string, now: Milliseconds): TimeWords {
  return { at, words: describeAge(Date.parse(at), now) };
}

/** Who may open a name. The networks of the deployment, if it has any, apply to every name. */
function describeAccess(
  { access }: Pick<RouteSummary, 'access'>,
  { signIn = false }: Pick<RoutesFile, 'signIn'>,
): string {
  if (!signIn) return 'Every viewer whom the networks of the deployment admit.';
  if (access === 'open') return 'Every viewer whom the networks of the deployment admit, without sign-in.';
  return access === 'named'
    ? 'Signed-in people whom its access rule names.'
    : 'Every person who may sign in to the deployment.';
}

function describeInstance(
  id: string,
  route: RouteSummary,
  list: RoutesFile,
  now: Milliseconds,
  place: Place,
): InstanceWords {
  const known = list.instances.find((each) => each.id === id);
  if (known === undefined) return { id, name: '', state: '', launchedBy: '', facts: factsOf(id, route) };
  const { name = '', state, region, launchedAt, launchedBy = '' } = known;
  const link = isLocal(place) ? undefined : consoleLink(region, id);
  return {
    ...{ id, name, state, launchedBy },
    ...(Date.parse(launchedAt) > 0 ? { launched: ago(launchedAt, now) } : {}),
    ...(link === undefined ? {} : { console: link }),
    facts: [...factsOf(id, route), ...placeOf(known)],
  };
}

/** Ports and weights of an instance, from the rules. */
function factsOf(id: string, { rules, instances }: RouteSummary): Fact[] {
  const backends = rules
    .flatMap(({ to }) => (typeof to === 'string' ? [] : [...to]))
    .filter(({ instance }) => instances[instance] === id);
  const distinct = (numbers: number[]) => [...new Set(numbers)].join(', ');
  const ports = distinct(backends.map(({ port }) => port));
  const weights = instances.length > 1 ? distinct(backends.map(({ weight }) => weight)) : '';
  return withoutEmpty([
    { name: 'Port', value: ports },
    { name: 'Weight', value: weights },
  ]);
}

const FAMILIES = { ipv4: 'IPv4', ipv6: 'IPv6', vpc: 'private' } as const;

function placeOf({ via, type = '', zone, region, account, tags = {} }: InstanceSummary): Fact[] {
  return withoutEmpty([
    { name: 'Address', value: via === undefined ? 'none' : FAMILIES[via] },
    { name: 'Type', value: type },
    { name: 'Zone', value: zone ?? region },
    { name: 'Account', value: account },
    ...Object.entries(tags).map(([name, value]) => ({ name, value })),
  ]);
}

const withoutEmpty = (facts: Fact[]) => facts.filter(({ value }) => value !== '');
