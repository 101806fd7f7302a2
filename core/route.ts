import type { Entry, Member, Target } from './entry.ts';
import { encodeEntry } from './entry.ts';
import type { Instance } from './instance.ts';
import { LIMITS } from './limits.ts';
import type { Problem } from './problem.ts';
import { parseTags, type RouteSpec } from './route-spec.ts';
import type { Backend, ClosedState, Condition, Rule } from './rule.ts';
import type { Settings } from './settings.ts';

/** What the fleet's tags ask for now, by hostname, and everything a person should know about. */
export interface Desired {
  /** Every entry carries sequence 0: the plan numbers what it writes. */
  entries: ReadonlyMap<string, Entry>;
  problems: readonly Problem[];
}

/** Beside the fleet, what the outcome depends on. */
export interface Surroundings {
  settings: Settings;
  /** Hostname → the ids of the instances that hold it in the store now. */
  incumbents: ReadonlyMap<string, readonly string[]>;
  /** Epoch seconds. */
  now: number;
  /** The token of a hostname, `''` when the deployment has no secret. */
  tokenOf: (hostname: string) => string;
  /** Instances that will be taken away within minutes: they get no new viewers where another can take them. */
  leaving?: ReadonlySet<string>;
}

/**
 * The entries that the fleet's tags ask for. Pure, and the same for every order of `fleet`.
 *
 *     EC2 says                   the instance counts as
 *     pending                    starting
 *     running, with public name  live
 *     running, no public name    starting, and a problem
 *     stopping, stopped          asleep
 *     shutting-down, terminated  gone: it claims nothing
 */
export function routesOf(fleet: readonly Instance[], around: Surroundings): Desired {
  const parsed = [...fleet]
    .filter((instance) => instance.state !== 'shutting-down' && instance.state !== 'terminated')
    .sort(olderFirst)
    .map((instance) => parseTags(instance, around.settings));
  const specs = parsed.flatMap((each) => each.specs).filter((spec) => !isExpired(spec, around.now));
  const problems = [...parsed.flatMap((each) => each.problems), ...namelessProblems(specs)];
  const entries = new Map<string, Entry>();
  for (const [hostname, claims] of [...groupBy(specs, (spec) => spec.hostname)].sort(byKey)) {
    const settled = settle(hostname, claims, around.incumbents.get(hostname) ?? []);
    const made = entryOf(hostname, settled.specs, around);
    entries.set(hostname, made.entry);
    problems.push(...settled.problems, ...made.problems);
  }
  return { entries, problems };
}

function olderFirst(a: Instance, b: Instance): number {
  return a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1);
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

function isExpired(spec: RouteSpec, now: number): boolean {
  return spec.expiresAt !== undefined && spec.expiresAt <= now;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function namelessProblems(specs: readonly RouteSpec[]): Problem[] {
  const nameless = specs.filter(
    (spec) => spec.instance.state === 'running' && spec.instance.publicName === undefined,
  );
  return [...new Set(nameless.map((spec) => spec.instance.id))].map((id) => ({
    instance: id,
    tag: '',
    message: `${id} is running without a public DNS name, so CloudFront cannot reach it; give it a public address in a VPC with DNS hostnames enabled`,
  }));
}

/** Who gets the name: one instance alone, or one group of one account. The incumbent stays, else the oldest comes first. */
function settle(hostname: string, claims: readonly RouteSpec[], incumbents: readonly string[]) {
  const parties = [...groupBy(claims, partyOf).values()];
  const holder = parties.find((party) => party.some((spec) => incumbents.includes(spec.instance.id)));
  const winner = holder ?? parties[0] ?? [];
  const losers = parties.filter((party) => party !== winner).flat();
  const problems = [...new Set(losers.map((spec) => spec.instance.id))].map((id) => ({
    instance: id,
    tag: 'proxy:host',
    hostname,
    message: `${id} claims ${hostname}, which already belongs to ${idsOf(winner)}; choose another name, or give both the same proxy:group in one account`,
  }));
  return { specs: winner, problems };
}

/** Two instances share a name only by an agreement that both state: the same group in the same account. */
function partyOf(spec: RouteSpec): string {
  return spec.group === undefined ? spec.instance.id : `${spec.instance.account}/${spec.group}`;
}

function idsOf(specs: readonly RouteSpec[]): string {
  const ids = instancesIn(specs).map((instance) => instance.id);
  return ids.length > 3 ? `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} others` : ids.join(', ');
}

const instancesIn = (specs: readonly RouteSpec[]) => [...new Set(specs.map((spec) => spec.instance))];

/**
 * One name's entry. A value holds at most 1 KB: beyond that the youngest instances stay out, and when the rules of
 * the oldest alone are too many, the name answers `conflict` until a person shortens them.
 */
function entryOf(hostname: string, specs: readonly RouteSpec[], around: Surroundings) {
  const instances = instancesIn(specs);
  const leftOut = (from: number) => instances.slice(from).map(({ id }) => overfull(hostname, id, from === 0));
  for (let count = conceivable(specs); count > 0; count--) {
    const kept = new Set(instances.slice(0, count));
    const specsKept = specs.filter((spec) => kept.has(spec.instance));
    const { entry, disagreements } = composed(hostname, specsKept, around);
    if (fits(entry)) return { entry, problems: [...leftOut(count), ...disagreements] };
  }
  const oldest = specs.filter((spec) => spec.instance === instances[0]);
  return { entry: closedEntry('conflict', oldest, around), problems: leftOut(0) };
}

function fits(entry: Entry): boolean {
  const value = encodeEntry({ ...entry, sequence: Number.MAX_SAFE_INTEGER });
  return new TextEncoder().encode(value).length <= LIMITS.valueBytes;
}

/** How many instances need be tried: those that an entry names cost their ids at least, so a huge group is no work. */
function conceivable(specs: readonly RouteSpec[]): number {
  const instances = instancesIn(specs);
  const live = new Set(instancesIn(specs.filter(isLive)));
  let bytes = 0;
  const full = instances.findIndex((instance) => {
    if (live.size === 0 || live.has(instance)) bytes += instance.id.length;
    return bytes > LIMITS.valueBytes;
  });
  return full < 0 ? instances.length : full;
}

function overfull(hostname: string, id: string, alone: boolean): Problem {
  const remedy = alone ? 'use fewer or shorter paths' : 'spread the instances over two names';
  return {
    instance: id,
    tag: '',
    hostname,
    message: `${id} does not fit into the 1 KB that CloudFront allows for ${hostname}; ${remedy}`,
  };
}

function composed(hostname: string, specs: readonly RouteSpec[], around: Surroundings) {
  const targets = targetsOf(specs);
  const index = new Map(targets.map((target, position) => [target.id, position]));
  const merged = [...groupBy(specs, ruleKey).values()].map((members) =>
    mergedRule(hostname, members, index, around.leaving ?? new Set()),
  );
  const rules = merged.map((each) => each.rule).sort(byPrecedence);
  const disagreements = merged.flatMap((each) => each.problems);
  if (rules.some((rule) => typeof rule.to !== 'string')) {
    const facts = { owner: around.settings.owner, sequence: 0, ...expiryOf(specs) };
    const entry: Entry = {
      ...facts,
      state: 'live',
      instances: targets,
      rules,
      token: around.tokenOf(hostname),
    };
    return { entry, disagreements };
  }
  const state = CLOSED_FIRST.find((each) => rules.some((rule) => rule.to === each)) ?? 'asleep';
  return { entry: closedEntry(state, specs, around), disagreements };
}

/** Which state a name shows when its rules are closed for different reasons: what a person did on purpose comes first. */
const CLOSED_FIRST: readonly ClosedState[] = ['maintenance', 'starting', 'asleep'];

function closedEntry(state: ClosedState, specs: readonly RouteSpec[], around: Surroundings): Entry {
  const members = new Map(specs.map(({ instance }) => [instance.id, memberOf(instance)]));
  return {
    owner: around.settings.owner,
    sequence: 0,
    ...expiryOf(specs),
    state,
    instances: [...members.values()],
  };
}

const memberOf = (instance: Instance): Member => ({ id: instance.id, generation: instance.launchedAt });

/** A name ends when the last of its leases ends; one instance without a lease keeps it. */
function expiryOf(specs: readonly RouteSpec[]): { expiresAt?: number } {
  const ends = specs.map((spec) => spec.expiresAt ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? { expiresAt: last } : {};
}

function isLive(spec: RouteSpec): boolean {
  return spec.instance.state === 'running' && spec.instance.publicName !== undefined && !spec.maintenance;
}

function targetsOf(specs: readonly RouteSpec[]): Target[] {
  const live = specs
    .filter(isLive)
    .map(({ instance }): [string, Target] => [
      instance.id,
      { ...memberOf(instance), domainName: instance.publicName ?? '' },
    ]);
  return [...new Map(live).values()];
}

/** Instances whose routes have the same path and conditions serve one rule together. */
function ruleKey(spec: RouteSpec): string {
  return JSON.stringify([spec.path, spec.conditions]);
}

/** The oldest member's settings hold for the whole rule; members that say otherwise are told. */
function mergedRule(
  hostname: string,
  members: readonly RouteSpec[],
  index: ReadonlyMap<string, number>,
  leaving: ReadonlySet<string>,
) {
  const [oldest] = members as [RouteSpec, ...RouteSpec[]];
  const settings = (spec: RouteSpec) => JSON.stringify([spec.strip, spec.certName, spec.sticky]);
  const differing = members.filter((spec) => settings(spec) !== settings(oldest));
  const live = members.filter(isLive);
  // Nobody is drained unless another takes over: the last target serves until it is dead.
  const drained = live.some((spec) => spec.weight > 0 && !leaving.has(spec.instance.id))
    ? leaving
    : new Set();
  const backends = live.map(
    (spec): Backend => ({
      instance: index.get(spec.instance.id) ?? 0,
      port: spec.port,
      weight: drained.has(spec.instance.id) ? 0 : spec.weight,
    }),
  );
  const rule: Rule = {
    path: oldest.path,
    to: backends.length > 0 ? backends : closedBecause(members),
    conditions: oldest.conditions,
    strip: oldest.strip,
    ...(oldest.certName === undefined ? {} : { certName: oldest.certName }),
    ...(oldest.sticky === undefined ? {} : { sticky: oldest.sticky }),
  };
  const problems = differing.map(
    (spec): Problem => ({
      instance: spec.instance.id,
      tag: '',
      hostname,
      message: `${spec.instance.id} sets strip-path, cert-name or sticky of ${hostname}${spec.path.replace('=', '')} otherwise than ${oldest.instance.id}, the oldest of the group, whose settings hold; make them equal`,
    }),
  );
  return { rule, problems };
}

function closedBecause(members: readonly RouteSpec[]): ClosedState {
  if (members.some((spec) => spec.maintenance)) return 'maintenance';
  const waiting = members.some(
    ({ instance }) => instance.state === 'pending' || instance.state === 'running',
  );
  return waiting ? 'starting' : 'asleep';
}

/** Gateway API HTTPRoute precedence: exact path, longest path, method, most headers, most queries, then the older instance. */
function byPrecedence(a: Rule, b: Rule): number {
  const count = (rule: Rule, on: Condition['on']) => rule.conditions.filter((each) => each.on === on).length;
  return (
    Number(b.path.startsWith('=')) - Number(a.path.startsWith('=')) ||
    b.path.length - a.path.length ||
    // Different paths of one length never both match; the rules of one path stand together.
    (a.path < b.path ? -1 : Number(a.path > b.path)) ||
    count(b, 'method') - count(a, 'method') ||
    count(b, 'header') - count(a, 'header') ||
    count(b, 'query') - count(a, 'query')
  );
}

/** Hostname → ids of the instances behind it, from entries. */
export function incumbentsOf(entries: ReadonlyMap<string, Entry>): Map<string, readonly string[]> {
  return new Map(
    [...entries].map(([hostname, entry]) => [hostname, entry.instances.map((member) => member.id)]),
  );
}
