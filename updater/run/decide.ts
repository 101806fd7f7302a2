import type { Entry } from '../../core/entry/entry.ts';
import { type FleetFacts, isLeaving } from '../../core/events/fleet-facts.ts';
import { quoted } from '../../core/json.ts';
import type { LayeredMap } from '../../core/layered-map.ts';
import type { Paces } from '../../core/pace.ts';
import type { Decoded } from '../../core/plan/decoded.ts';
import { type Changes, nextSequence, ownedEntries, plan } from '../../core/plan/plan.ts';
import { acceptable, type Refusals } from '../../core/plan/policies/acceptable.ts';
import { brake, pacesAfter } from '../../core/plan/policies/brake.ts';
import { findDoubt, keepUnseen } from '../../core/plan/policies/keep-unseen.ts';
import { type Mode, modePolicy } from '../../core/plan/policies/mode.ts';
import { applyPolicies, type Policy, type Scene } from '../../core/plan/policies/policy.ts';
import { fitInto, isTight } from '../../core/plan/policies/quota.ts';
import { placeTombstones } from '../../core/plan/tombstones.ts';
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
  /** The store's content, and everything that this deployment has in it. */
  decoded: Decoded;
  /** The store's size. */
  bytes: number;
  /** Size at which the store is full, as far as is known. */
  capacity: number | undefined;
  refusals: Refusals;
  /** The highest sequence number of any write, as far as is known. */
  lastSequence: number;
  view: FleetView;
  facts: FleetFacts;
  confirmed: boolean;
  now: Seconds;
}

/** What to write, and what people should know. */
export interface Decision {
  changes: Changes;
  /** Sequence number of the puts. */
  sequence: number;
  /** The puts fit into the store only after the deletes. */
  deletesFirst: boolean;
  /** Ids of the instances of a hostname, before and after. */
  behind: (hostname: Hostname) => readonly InstanceId[];
  withheld: readonly Hostname[];
  problems: readonly Problem[];
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
  const desired = buildRoutes(view.instances, {
    settings,
    incumbents: incumbentsOf(owned),
    claimEndOf: (hostname, instance) => findClaimEnd(owned.get(hostname), instance, facts.holds, now),
    now,
    tokenOf: (hostname) => inputs.tokenOf(hostname) ?? '',
    leaving: findLeaving(inputs),
  });
  const tokens = settleTokens(desired.entries, owned, inputs.tokenOf);
  const sequence = nextSequence([{ sequence: decoded.lastSequence }], inputs.lastSequence, now);
  const { changes, occupied } = plan(current, tokens.entries, settings.deployment, sequence, decoded);
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
    placeTombstones: (some) =>
      placeTombstones(some, owned, { deployment: settings.deployment, sequence, goneAt: now }),
    next: nextEntries(owned, passed.changes, settings.deployment),
  };
}

/** Decodes only the changed entries, since a deployment may have tens of thousands. */
function nextEntries(
  owned: LayeredMap<Hostname, Entry>,
  { puts, deletes }: Changes,
  deployment: DeploymentId,
): ReadonlyMap<Hostname, Entry> {
  return owned.with(ownedEntries(puts, deployment), deletes);
}

/** The order matters: doubtful deletes, unwanted changes, refused content, too frequent changes, lack of room. */
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

/** The problem has the error's name alone, because the portal publishes it. */
function failedProblem({ source, error }: FailedSource): Problem {
  return makeProblem({
    ...{ code: 'listing-failed', found: source },
    what: `${source} could not be listed, so its routes stay unchanged: ${error}`,
    remedy: "the next sweep tries again; the updater's log has the details",
  });
}

function occupiedProblem(hostname: Hostname, deployment: DeploymentId | undefined): Problem {
  const holder = deployment === undefined ? 'a hand-written value' : `deployment ${quoted(deployment)}`;
  return makeProblem({
    ...{ code: 'name-occupied', tag: 'proxy:host', hostnames: [hostname] },
    what: `${hostname} is taken by ${holder} in the same store`,
    remedy: 'choose another name, or delete that key, which the updater does not overwrite',
  });
}
