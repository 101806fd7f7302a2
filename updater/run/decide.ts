import type { Entry } from '../../core/entry/entry.ts';
import { findClaimEnd } from '../../core/entry/hold.ts';
import { type FleetFacts, isLeaving } from '../../core/events/fleet-facts.ts';
import type { Instance } from '../../core/instance.ts';
import { quoted } from '../../core/json.ts';
import type { LayeredMap } from '../../core/layered-map.ts';
import type { Paces } from '../../core/pace.ts';
import type { Decoded } from '../../core/plan/decoded.ts';
import { type Changes, nextSequence, ownedEntries, plan } from '../../core/plan/plan.ts';
import { acceptable, type Refusals } from '../../core/plan/policies/acceptable.ts';
import { brake, pacesAfter } from '../../core/plan/policies/brake.ts';
import { type Doubt, findDoubt, keepUnseen } from '../../core/plan/policies/keep-unseen.ts';
import { type Mode, modePolicy } from '../../core/plan/policies/mode.ts';
import { applyPolicies, type Policy, type Scene } from '../../core/plan/policies/policy.ts';
import { fitInto, isTight } from '../../core/plan/policies/quota.ts';
import { placeTombstones } from '../../core/plan/tombstones.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import { buildRoutes, incumbentsOf } from '../../core/routes/route.ts';
import type { ProblemsBySubject } from '../../core/routes/route-problems.ts';
import type { ParsedTags } from '../../core/routes/route-spec.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { mayStayOpen } from '../../core/tags/access-tag.ts';
import type { DeploymentId, Hostname, InstanceId, Seconds } from '../../core/wire/brands.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import { type NameStateOf, type OpenNames, settleNames } from '../names/settle-names.ts';
import type { FleetView } from '../read/fleet-view.ts';
import { settleTokens, type TokenOf } from '../tokens/tokens.ts';

/** Everything that a decision depends on. */
export interface DecisionInputs extends Conditions {
  /** The store's content, and everything that this deployment has in it. */
  decoded: Decoded;
  /** Size of the whole store. */
  bytes: number;
  view: Pick<FleetView, 'instances' | 'failures' | 'reportedDead'>;
  /**
   * Decides on these hostnames alone; default: on all. Then `decoded` has these alone, and `view` has all instances that claim
   * them or are members of their entries (updater/index/fleet-index.ts).
   */
  only?: ReadonlySet<Hostname>;
}

/** The conditions of a decision, beside the contents of the store and the fleet. */
export interface Conditions {
  settings: Settings;
  mode: Mode;
  tokenOf: TokenOf;
  nameStateOf: NameStateOf;
  /** Size at which the store is full, as far as is known. */
  capacity: number | undefined;
  refusals: Refusals;
  /** The highest sequence number of any write, as far as is known. */
  lastSequence: number;
  facts: FleetFacts;
  confirmed: boolean;
  now: Seconds;
  parse: (instance: Instance) => ParsedTags;
}

/** The changes to write, and the facts for people. */
export interface Decision {
  changes: Changes;
  /** Sequence number of the puts. */
  sequence: number;
  /** The puts fit into the store only after the deletes. */
  deletesFirst: boolean;
  /** Ids of the instances of a hostname, before and after. */
  behind: (hostname: Hostname) => readonly InstanceId[];
  withheld: readonly Hostname[];
  /** Names to look up before the next decision. */
  openNames: OpenNames;
  problems: ProblemsBySubject;
  /** Removals wait, because too many instances are missing from the listing or a source failed. */
  isDoubtful: boolean;
  /** Recent changes of hostnames and instances, these changes included. */
  paces: Paces;
  /** The write that makes some of the changes: a tombstone in the place of each entry that goes. */
  placeTombstones: (changes: Changes) => Changes;
  /** The deployment's entries after the changes. */
  next: ReadonlyMap<Hostname, Entry>;
}

/** Decides what to write. Pure: it depends on its inputs alone. */
export function decide(inputs: DecisionInputs): Decision {
  const { settings, decoded, view, facts, now, bytes, capacity = LIMITS.storeBytes } = inputs;
  const { entries: current, owned } = decoded;
  const { parse, only } = inputs;
  const desired = buildRoutes(view.instances, {
    settings,
    incumbents: incumbentsOf(owned),
    claimEndOf: (hostname, instance) => findClaimEnd(owned.get(hostname), instance, facts.holds, now),
    now,
    tokenOf: (hostname) => inputs.tokenOf(hostname) ?? '',
    leaving: findLeaving(inputs),
    accessOf: (hostname) => owned.get(hostname)?.access,
    ...{ parse, only },
  });
  const seen = new Map(view.instances.map((instance) => [instance.id, instance]));
  const names = settleNames(desired.entries, owned, inputs.nameStateOf, (id, name) =>
    Boolean(seen.get(id)?.moreIpv6?.includes(name)),
  );
  const tokens = settleTokens(names.entries, owned, inputs.tokenOf);
  const sequence = nextSequence([{ sequence: decoded.lastSequence }], inputs.lastSequence, now);
  const { changes, occupied } = plan(current, tokens.entries, settings.deployment, sequence, decoded);
  const scene: Scene = { current, owned, seen, reportedDead: view.reportedDead, sequence, bytes };
  const doubt = findDoubtIn(inputs, changes, scene);
  const passed = applyPolicies(changes, choosePolicies(inputs, doubt), scene);
  return {
    changes: passed.changes,
    sequence,
    deletesFirst: isTight(passed.changes, scene, capacity),
    behind: (hostname) => idsOf(owned.get(hostname), tokens.entries.get(hostname)),
    withheld: passed.withheld,
    openNames: names.open,
    isDoubtful: doubt !== undefined,
    problems: addProblems(desired.problems, [
      ...names.problems,
      ...tokens.problems,
      ...occupied.map((each) => occupiedProblem(each.hostname, each.deployment)),
      ...passed.problems,
    ]),
    paces: pacesAfter(facts.paces, passed.changes, scene, now),
    placeTombstones: (some) =>
      placeTombstones(some, owned, { deployment: settings.deployment, sequence, goneAt: now }),
    next: nextEntries(owned, passed.changes, settings.deployment),
  };
}

/** The entries after changes. Decodes only the changed entries, since a deployment may have tens of thousands. */
export function nextEntries(
  owned: LayeredMap<Hostname, Entry>,
  { puts, deletes }: Changes,
  deployment: DeploymentId,
): ReadonlyMap<Hostname, Entry> {
  return owned.with(ownedEntries(puts, deployment), deletes);
}

/** The order matters: doubtful deletes, unwanted changes, refused content, too frequent changes, lack of room. */
function choosePolicies(inputs: DecisionInputs, doubt: Doubt | undefined): Policy[] {
  const { mode, refusals, facts, now, capacity, settings } = inputs;
  return [
    ...(doubt === undefined ? [] : [keepUnseen(doubt, (hostname) => mayStayOpen(hostname, settings))]),
    modePolicy(mode),
    acceptable(refusals),
    brake(facts.paces, now),
    fitInto(capacity),
  ];
}

function findDoubtIn({ confirmed, view }: DecisionInputs, changes: Changes, scene: Scene): Doubt | undefined {
  const unreadable = [...changes.deletes].filter((hostname) => !scene.owned.has(hostname)).length;
  return findDoubt({ ...scene, unreadable, failures: view.failures.length, confirmed });
}

/** Adds problems that each name one hostname. */
function addProblems(problems: ProblemsBySubject, more: readonly Problem[]): ProblemsBySubject {
  const byHostname = new Map(problems.byHostname);
  for (const each of more)
    for (const hostname of each.hostnames ?? [])
      byHostname.set(hostname, [...(byHostname.get(hostname) ?? []), each]);
  return { ...problems, byHostname: new Map([...byHostname].sort(byKey)) };
}

const byKey = ([a]: [Hostname, unknown], [b]: [Hostname, unknown]) => (a < b ? -1 : 1);

function findLeaving({ view, facts, now }: DecisionInputs): ReadonlySet<InstanceId> {
  const leaving = view.instances.filter((instance) => isLeaving(facts, instance, now));
  return new Set(leaving.map(({ id }) => id));
}

function idsOf(...entries: readonly (Entry | undefined)[]): InstanceId[] {
  return entries.flatMap((entry) => entry?.instances.map(({ id }) => id) ?? []);
}

function occupiedProblem(hostname: Hostname, deployment: DeploymentId | undefined): Problem {
  const holder = deployment === undefined ? 'a hand-written value' : `deployment ${quoted(deployment)}`;
  return makeProblem({
    ...{ code: 'name-occupied', tag: 'proxy:host', hostnames: [hostname] },
    what: `${hostname} is taken by ${holder} in the same store`,
    remedy: 'choose another name, or delete that key, which the updater does not overwrite',
  });
}
