import { type Access, numbered } from '../entry/access.ts';
import type { ClosedEntry, Entry, Member, Target } from '../entry/entry.ts';
import { encodeEntry } from '../entry/entry.ts';
import type { ClosedState } from '../entry/rule.ts';
import { groupBy } from '../group-by.ts';
import { type Instance, lastReadings } from '../instance.ts';
import { makeProblem, type Problem } from '../problem.ts';
import type { Settings } from '../settings/settings.ts';
import { toMilliseconds } from '../time.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import { LIMITS } from '../wire/limits.ts';
import { fitMembers } from './fit-members.ts';
import { findKeptClaims, isKept, type Keeping, type KeptClaim } from './kept-claim.ts';
import { byPrecedence, mergeRule, ruleKey } from './merge-rule.ts';
import { joinAccess, keepAccess } from './route-access.ts';
import { type ProblemsBySubject, tagProblems } from './route-problems.ts';
import { type Claimant, isLive, type ParsedTags, parseTags, type RouteSpec } from './route-spec.ts';
import { settle } from './settle.ts';

/** The entries that the tags of the fleet ask for, by hostname, and the problems. */
export interface Desired {
  /** Every entry has the sequence 0; the plan numbers the ones that it writes. */
  entries: ReadonlyMap<Hostname, Entry>;
  problems: ProblemsBySubject;
}

/** The conditions on which the routes depend, beside the fleet. */
export interface RouteContext extends Keeping {
  settings: Settings;
  now: Seconds;
  /** The token of a hostname; `''` if the deployment has no secret. */
  tokenOf: (hostname: Hostname) => string;
  /** Instances that will be taken away. They get no new viewers if another instance can serve them. */
  leaving?: ReadonlySet<InstanceId>;
  /** The access that a hostname has now. It stays while an instance with wrong tags keeps the hostname. */
  accessOf?: (hostname: Hostname) => Access | undefined;
  /** Reads the tags of an instance; `parseTags`, unless the caller remembers its results. */
  parse?: (instance: Instance) => ParsedTags;
  /** The hostnames to build, all of whose claimants are in the fleet; default: every hostname. */
  only?: ReadonlySet<Hostname> | undefined;
}

/**
 * The entries that the tags of the fleet ask for. The order of `fleet` does not matter. Of several readings of one instance the
 * last counts.
 *
 *     EC2 says                   the instance counts as
 *     pending                    starting
 *     running, with an address   live
 *     running, without one       starting, and a problem
 *     stopping, stopped          asleep
 *     shutting-down, terminated  gone: it claims nothing
 */
export function buildRoutes(fleet: readonly Instance[], context: RouteContext): Desired {
  const { settings, now, only, parse = (instance) => parseTags(instance, settings) } = context;
  const parsed = lastReadings(fleet)
    .filter(mayClaim)
    .sort(olderFirst)
    .map((instance) => ({ id: instance.id, ...parse(instance) }));
  const specs = parsed.flatMap((each) => each.specs).filter((spec) => !isExpired(spec, now));
  const byHostname = new Map<Hostname, readonly Problem[]>();
  const entries = new Map<Hostname, Entry>();
  const claims = [...specs, ...findKeptClaims(parsed, specs, context)];
  const wanted = only ? claims.filter(({ hostname }) => only.has(hostname)) : claims;
  for (const [hostname, claimed] of [...groupBy(wanted, (claim) => claim.hostname)].sort(byKey)) {
    const incumbents = context.incumbents.get(hostname) ?? [];
    const settled = settle(hostname, claimed, incumbents);
    const [first, ...others] = settled.claims.flatMap((claim) => (isKept(claim) ? [] : [claim]));
    const made =
      first === undefined
        ? keptEntry(hostname, settled.claims.filter(isKept), context)
        : buildEntry(hostname, [first, ...others], incumbents, context);
    entries.set(hostname, made.entry);
    const problems = [...settled.problems, ...made.problems];
    if (problems.length > 0) byHostname.set(hostname, problems);
  }
  return { entries, problems: { byInstance: tagProblems(parsed, specs), byHostname } };
}

/** An instance that is gone claims nothing, and its tags have no problems. */
export function mayClaim({ state }: Instance): boolean {
  return state !== 'shutting-down' && state !== 'terminated';
}

/** Older instances come first; the id decides between equal ones. */
export function olderFirst(a: Instance, b: Instance): number {
  return a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1);
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

function isExpired(spec: RouteSpec, now: Seconds): boolean {
  return spec.expiresAt !== undefined && spec.expiresAt <= now;
}

function keptEntry(hostname: Hostname, claims: readonly KeptClaim[], context: RouteContext) {
  const claimEndsAt = Math.max(...claims.map(({ claimEndsAt: endsAt }) => endsAt));
  const access = keepAccess(context.accessOf?.(hostname), context.settings);
  const entry: Entry = { ...closedEntry('conflict', claims, access, context), claimEndsAt };
  const end = new Date(toMilliseconds(claimEndsAt)).toISOString();
  const problems = entry.instances.map(({ id }) =>
    makeProblem({
      ...{ code: 'name-held', instance: id, hostnames: [hostname] },
      what: `${hostname} is closed because tags of ${id} are wrong`,
      remedy: `correct the tags before ${end}, or another instance may get the name`,
    }),
  );
  return { entry, problems };
}

/**
 * The entry of one name. A value holds at most 1 KB, so members that do not fit are left out. If no member fits alone, the name
 * is in `conflict` until a person shortens its rules.
 */
function buildEntry(
  hostname: Hostname,
  specs: readonly [RouteSpec, ...RouteSpec[]],
  incumbents: readonly InstanceId[],
  context: RouteContext,
) {
  const { access, problems } = joinAccess(hostname, specs);
  const { made, out, first } = fitMembers(specs, incumbents, (some) => {
    const each = composeEntry(hostname, some, access, context);
    return fitsValue(each.entry) ? each : undefined;
  });
  const { entry, disagreements } = made ?? {
    entry: closedEntry('conflict', first, access, context),
    disagreements: [],
  };
  const overfull = out.map(({ instance, isTooLarge }) => overfullProblem(hostname, instance.id, isTooLarge));
  return { entry, problems: [...overfull, ...problems, ...disagreements] };
}

function fitsValue(entry: Entry): boolean {
  const highest = Number.MAX_SAFE_INTEGER;
  const value = encodeEntry({ ...entry, access: numbered(entry.access, highest), sequence: highest });
  return new TextEncoder().encode(value).length <= LIMITS.valueBytes;
}

function overfullProblem(hostname: Hostname, id: InstanceId, isTooLarge: boolean): Problem {
  return makeProblem({
    ...{ code: 'no-room', instance: id, hostnames: [hostname] },
    what: `${id} does not fit into the 1 KB that CloudFront allows for ${hostname}`,
    remedy: isTooLarge ? 'use fewer or shorter paths' : 'spread the instances over two names',
  });
}

function composeEntry(
  hostname: Hostname,
  specs: readonly RouteSpec[],
  access: Access,
  context: RouteContext,
) {
  const targets = targetsOf(specs);
  const index = new Map(targets.map((target, position) => [target.id, position]));
  const merged = [...groupBy(specs, ruleKey).values()].map((members) =>
    mergeRule(hostname, members, index, context.leaving ?? new Set()),
  );
  const rules = merged.map((each) => each.rule).sort(byPrecedence);
  const disagreements = merged.flatMap((each) => each.problems);
  if (rules.some((rule) => typeof rule.to !== 'string')) {
    const facts = {
      access,
      deployment: context.settings.deployment,
      sequence: 0,
      ...latestExpiry(specs),
    } as const;
    const entry: Entry = {
      ...facts,
      state: 'live',
      instances: targets,
      rules,
      token: context.tokenOf(hostname),
    };
    return { entry, disagreements };
  }
  const state = CLOSED_FIRST.find((each) => rules.some((rule) => rule.to === each)) ?? 'asleep';
  return { entry: closedEntry(state, specs, access, context), disagreements };
}

/** The state of a name whose rules are closed for different reasons: the one that a person chose comes first. */
const CLOSED_FIRST: readonly ClosedState[] = ['maintenance', 'starting', 'asleep'];

function closedEntry(
  state: ClosedState,
  claims: readonly (Claimant & { expiresAt?: Seconds })[],
  access: Access,
  context: RouteContext,
): ClosedEntry {
  const members = new Map(claims.map(({ instance }) => [instance.id, memberOf(instance)]));
  return {
    access,
    deployment: context.settings.deployment,
    sequence: 0,
    ...latestExpiry(claims),
    state,
    instances: [...members.values()],
  };
}

const memberOf = (instance: Instance): Member => ({ id: instance.id, launchedAt: instance.launchedAt });

/** A name ends with its last lease. An instance without a lease keeps it. */
function latestExpiry(claims: readonly { expiresAt?: Seconds }[]): { expiresAt?: Seconds } {
  const ends = claims.map((claim) => claim.expiresAt ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? { expiresAt: last } : {};
}

function targetsOf(specs: readonly RouteSpec[]): Target[] {
  const targets = specs.filter(isLive).flatMap(({ instance }): Target[] => {
    const { id, launchedAt, address } = instance;
    return address === undefined ? [] : [{ id, launchedAt, address }];
  });
  return [...new Map(targets.map((target) => [target.id, target])).values()];
}

/** Ids of the instances behind it, from entries. */
export function incumbentsOf(entries: ReadonlyMap<Hostname, Entry>): Map<Hostname, readonly InstanceId[]> {
  return new Map(
    [...entries].map(([hostname, entry]) => [hostname, entry.instances.map((member) => member.id)]),
  );
}
