import type { Entry } from '../../core/entry/entry.ts';
import { type FleetFacts, isLeaving } from '../../core/events/fleet-facts.ts';
import { quoted } from '../../core/json.ts';
import type { Paces } from '../../core/pace.ts';
import { type Changes, type Entries, nextSequence, ownedEntries, plan } from '../../core/plan/plan.ts';
import { acceptable, type Refusals } from '../../core/plan/policies/acceptable.ts';
import { brake, pacesAfter } from '../../core/plan/policies/brake.ts';
import { findDoubt, keepUnseen } from '../../core/plan/policies/keep-unseen.ts';
import { type Mode, modePolicy } from '../../core/plan/policies/mode.ts';
import { applyPolicies, type Policy, type Scene } from '../../core/plan/policies/policy.ts';
import { fitInto, isTight } from '../../core/plan/policies/quota.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import { findClaimEnd } from '../../core/routes/hold.ts';
import { buildRoutes, incumbentsOf } from '../../core/routes/route.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { DeploymentId, Hostname, InstanceId, Seconds } from '../../core/wire/brands.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import type { FailedSource } from '../ports.ts';
import type { FleetView } from '../read/fleet-view.ts';
import { settleTokens, type TokenOf } from '../tokens/tokens.ts';

/** Everything that a decision depends on. */
export interface DecisionInputs {
  settings: Settings;
  mode: Mode;
  tokenOf: TokenOf;
  /** All that the store holds, what of it is ours, and its size. */
  current: Entries;
  owned: ReadonlyMap<Hostname, Entry>;
  bytes: number;
  /** Bytes that fit into the store, as far as is known. */
  capacity: number | undefined;
  refusals: Refusals;
  /** The highest number that a write is known to have had. */
  lastSequence: number;
  view: FleetView;
  facts: FleetFacts;
  confirmed: boolean;
  now: Seconds;
}

/** What to write, and what people should know. */
export interface Decision {
  changes: Changes;
  /** Number of the puts. */
  sequence: number;
  /** The store has room for the puts only after the deletes. */
  deletesFirst: boolean;
  /** Ids of the instances behind a name, before and after. */
  behind: (hostname: Hostname) => readonly InstanceId[];
  withheld: readonly Hostname[];
  problems: readonly Problem[];
  /** How often names and instances have changed once the changes are in. */
  paces: Paces;
  /** Our entries once the changes are in. */
  next: ReadonlyMap<Hostname, Entry>;
}

/** Pure: everything between reading and writing. */
export function decide(inputs: DecisionInputs): Decision {
  const { settings, current, owned, view, facts, now, bytes, capacity = LIMITS.storeBytes } = inputs;
  const desired = buildRoutes(view.instances, {
    settings,
    incumbents: incumbentsOf(owned),
    claimEndOf: (hostname, instance) => findClaimEnd(owned.get(hostname), instance, facts.holds, now),
    now,
    tokenOf: (hostname) => inputs.tokenOf(hostname) ?? '',
    leaving: findLeaving(inputs),
  });
  const tokens = settleTokens(desired.entries, owned, inputs.tokenOf);
  const sequence = nextSequence(owned, inputs.lastSequence, now);
  const { changes, occupied } = plan(current, tokens.entries, settings.deployment, sequence, owned);
  const seen = new Map(view.instances.map((instance) => [instance.id, instance]));
  const scene: Scene = { current, owned, seen, reportedDead: view.reportedDead, sequence, bytes };
  const passed = applyPolicies(changes, choosePolicies(inputs, changes, scene), scene);
  return {
    changes: passed.changes,
    sequence,
    deletesFirst: isTight(passed.changes, scene, capacity),
    behind: (hostname) => idsOf(owned.get(hostname), tokens.entries.get(hostname)),
    withheld: passed.withheld,
    problems: [
      ...view.failures.map(failedProblem),
      ...desired.problems,
      ...tokens.problems,
      ...occupied.map((each) => occupiedProblem(each.hostname, each.deployment)),
      ...passed.problems,
    ],
    paces: pacesAfter(facts.paces, passed.changes, scene, now),
    next: nextEntries(owned, passed.changes, settings.deployment),
  };
}

/** Only what changed is decoded: a deployment may have tens of thousands of names. */
function nextEntries(
  owned: ReadonlyMap<Hostname, Entry>,
  { puts, deletes }: Changes,
  deployment: DeploymentId,
) {
  const next = new Map([...owned, ...ownedEntries(puts, deployment)]);
  for (const hostname of deletes) next.delete(hostname);
  return next;
}

/** In this order: what may not be believed, what is not wanted, what would be refused, what comes too often, what has no room. */
function choosePolicies(inputs: DecisionInputs, changes: Changes, scene: Scene): Policy[] {
  const unreadable = [...changes.deletes].filter((hostname) => !scene.owned.has(hostname)).length;
  const { confirmed, view, mode, refusals, facts, now, capacity } = inputs;
  const doubt = findDoubt({ ...scene, unreadable, failures: view.failures.length, confirmed });
  return [
    ...(doubt === undefined ? [] : [keepUnseen(doubt)]),
    modePolicy(mode),
    acceptable(refusals),
    brake(facts.paces, now),
    fitInto(capacity),
  ];
}

function findLeaving({ view, facts, now }: DecisionInputs): ReadonlySet<InstanceId> {
  const leaving = view.instances.filter((instance) => isLeaving(facts, instance, now));
  return new Set(leaving.map(({ id }) => id));
}

function idsOf(...entries: readonly (Entry | undefined)[]): InstanceId[] {
  return entries.flatMap((entry) => entry?.instances.map(({ id }) => id) ?? []);
}

/** Problems are published: what the error says besides its name is not told. */
function failedProblem({ source, error }: FailedSource): Problem {
  return makeProblem({
    ...{ code: 'listing-failed', found: source },
    what: `${source} could not be listed, so its routes stay as they are: ${error}`,
    remedy: "the next sweep asks again, and the updater's log says more",
  });
}

function occupiedProblem(hostname: Hostname, deployment: DeploymentId | undefined): Problem {
  const holder =
    deployment === undefined ? 'a value that was written by hand' : `deployment ${quoted(deployment)}`;
  return makeProblem({
    ...{ code: 'name-occupied', tag: 'proxy:host', hostnames: [hostname] },
    what: `${hostname} is taken by ${holder} in the same store`,
    remedy: 'it stays as it is, choose another name or remove that key',
  });
}
