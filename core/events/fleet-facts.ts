import { type Hold, type Holds, isRecent } from '../entry/hold.ts';
import { type Instance, isInstanceId } from '../instance.ts';
import type { Json } from '../json.ts';
import { isMoving, latestOf, type Pace, type Paces, SKEW_SECONDS } from '../pace.ts';
import { count, flag, listOf, mapOf, objectWith, oneOf, orElse, type Schema } from '../schema.ts';
import { toSeconds } from '../time.ts';
import type { InstanceId, Seconds } from '../wire/brands.ts';
import { DEATHS, type Death } from './event-reading.ts';
import type { FleetEvent } from './fleet-event.ts';

/** For this many seconds a reported death counts, even if EC2 still lists the instance. */
const DEATH_SECONDS = 60;

/** Seconds from the warning of a spot instance to its end (EC2 User Guide: two minutes), with some reserve. */
const WARNING_SECONDS = 180;

/** A hook can delay the end of an instance for this many seconds (Auto Scaling User Guide, "Quotas": 48 hours). */
const HOOK_SECONDS = 172_800;

/** Types of Auto Scaling: a hook delays the end; an instance is in service (Auto Scaling User Guide, "Event patterns"). */
const LEAVES = 'EC2 Instance-terminate Lifecycle Action';
const SERVES = 'EC2 Instance Launch Successful';

/** A state-change notification of an instance that stops or dies. */
export interface DeathNotice {
  state: Death;
  at: Seconds;
}

/** A notice that an instance will be taken away; `OVER` once it serves again. */
export interface Warning {
  at: Seconds;
  expiresAt: Seconds;
}

const OVER = 0;

/**
 * Facts from events that a listing of EC2 does not show yet: an instance has died, runs again, or will be taken away soon. They
 * are kept between runs and forgotten by age.
 */
export interface FleetFacts {
  /** The latest death of each instance. */
  deaths: ReadonlyMap<InstanceId, DeathNotice>;
  /** The latest notice that it runs. */
  starts: ReadonlyMap<InstanceId, Seconds>;
  warnings: ReadonlyMap<InstanceId, Warning>;
  /** Names that are kept for instances with wrong tags. */
  holds: Holds;
  /** Names and instances that changed in the last minutes. */
  paces: Paces;
}

export const NO_FACTS: FleetFacts = {
  deaths: new Map(),
  starts: new Map(),
  warnings: new Map(),
  holds: new Map(),
  paces: new Map(),
};

/**
 * The facts that count at `now`: the known ones and those of new events. Replays are
 * ignored, and so are times in the future, which would hide later facts.
 */
export function collectFacts(before: FleetFacts, events: readonly FleetEvent[], now: Seconds): FleetFacts {
  const all = [before, ...events.map(factsFrom)].map((facts) => keepYoung(facts, now));
  const facts = all.reduce(mergeFacts, NO_FACTS);
  const isNeeded = (id: InstanceId, { expiresAt }: Warning) =>
    // `OVER` is kept while another environment may still remember the warning.
    (expiresAt > now || (expiresAt === OVER && before.warnings.has(id))) && !isLast(facts.deaths.get(id));
  return { ...facts, warnings: kept(facts.warnings, isNeeded) };
}

function factsFrom(event: FleetEvent): FleetFacts {
  const at = toSeconds(Date.parse(event.time ?? ''));
  if (event.verdict !== 'hint' || event.replay !== undefined || Number.isNaN(at)) return NO_FACTS;
  const { ids, death, kind, name } = event;
  const ofEach = <T>(notice: T) => new Map(ids.map((id) => [id, notice]));
  return {
    ...NO_FACTS,
    ...(death === undefined ? {} : { deaths: ofEach({ state: death, at }) }),
    ...(kind === 'state-change' && name === 'running' ? { starts: ofEach(at) } : {}),
    ...(isWarning(event) ? { warnings: ofEach({ at, expiresAt: at + warningSeconds(event) }) } : {}),
    ...(isReturn(event) ? { warnings: ofEach({ at, expiresAt: OVER }) } : {}),
  };
}

function keepYoung({ deaths, starts, warnings, holds, paces }: FleetFacts, now: Seconds): FleetFacts {
  const within = (seconds: Seconds) => (at: Seconds) => now - at < seconds && at - now <= SKEW_SECONDS;
  return {
    deaths: kept(deaths, (_, { at }) => within(DEATH_SECONDS)(at)),
    starts: kept(starts, (_, at) => within(DEATH_SECONDS)(at)),
    warnings: kept(warnings, (_, { at }) => within(HOOK_SECONDS)(at)),
    holds: kept(holds, (_, hold) => isRecent(hold, now)),
    paces: kept(paces, (_, pace) => isMoving(pace, now)),
  };
}

function kept<T>(
  notices: ReadonlyMap<string, T>,
  counts: (id: InstanceId, notice: T) => boolean,
): Map<string, T> {
  return new Map([...notices].filter(([id, notice]) => counts(id, notice)));
}

/** Merges two sets of facts. Of two notices about one instance the later counts. */
export function mergeFacts(a: FleetFacts, b: FleetFacts): FleetFacts {
  return {
    deaths: newest(a.deaths, b.deaths, ({ at }) => at),
    starts: newest(a.starts, b.starts, (at) => at),
    warnings: newest(a.warnings, b.warnings, ({ at }) => at),
    holds: newest(a.holds, b.holds, ({ expiresAt }) => expiresAt),
    paces: newest(a.paces, b.paces, latestOf),
  };
}

function newest<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  timeOf: (notice: T) => Seconds,
): ReadonlyMap<string, T> {
  if (b.size === 0) return a;
  const later = [...b].filter(([id, notice]) => {
    const known = a.get(id);
    return known === undefined || timeOf(notice) >= timeOf(known);
  });
  return new Map([...a, ...later]);
}

/**
 * The death of an instance, unless a later notice says that it runs. Times are whole seconds: within the same second the death
 * counts.
 */
export function findDeath({ deaths, starts }: FleetFacts, id: InstanceId): DeathNotice | undefined {
  const death = deaths.get(id);
  return death === undefined || (starts.get(id) ?? 0) > death.at ? undefined : death;
}

/** An instance never leaves these states, so its warning can be forgotten. */
function isLast(death: DeathNotice | undefined): boolean {
  return death?.state === 'shutting-down' || death?.state === 'terminated';
}

/** True if an instance will be taken away. A later start ends the warning. */
export function isLeaving({ warnings }: FleetFacts, { id, launchedAt }: Instance, now: Seconds): boolean {
  const { at, expiresAt } = warnings.get(id) ?? { at: 0, expiresAt: OVER };
  return at >= launchedAt && expiresAt > now;
}

/** A notice that the instance will be terminated, stopped or returned to a warm pool. */
export function isWarning(event: FleetEvent): boolean {
  return warningSeconds(event) > 0;
}

/** How long the notice counts; 0 for other events. */
function warningSeconds({ kind, name }: FleetEvent): Seconds {
  if (kind === 'spot' && name.startsWith('interruption:')) return WARNING_SECONDS;
  return kind === 'auto-scaling' && name === LEAVES ? HOOK_SECONDS : 0;
}

/** A notice that the instance serves in its scaling group. */
function isReturn({ kind, name }: FleetEvent): boolean {
  return kind === 'auto-scaling' && name === SERVES;
}

/** The form in the mirror. */
export function printFacts(facts: FleetFacts): Json {
  return Object.fromEntries(
    Object.entries(facts).map(([kind, notices]) => [kind, Object.fromEntries(notices)]),
  );
}

/**
 * Reads the output of `printFacts`. A damaged or absent kind of facts is read as empty, because facts are short-lived.
 */
export const FACTS: Schema<FleetFacts> = orElse(
  objectWith<FleetFacts>({
    deaths: orElse(
      mapOf(objectWith<DeathNotice>({ state: oneOf(...DEATHS), at: count }), isInstanceId),
      NO_FACTS.deaths,
    ),
    starts: orElse(mapOf(count, isInstanceId), NO_FACTS.starts),
    warnings: orElse(
      mapOf(objectWith<Warning>({ at: count, expiresAt: count }), isInstanceId),
      NO_FACTS.warnings,
    ),
    holds: orElse(
      mapOf(objectWith<Hold>({ launchedAt: count, expiresAt: count }), isInstanceId),
      NO_FACTS.holds,
    ),
    paces: orElse(
      mapOf(objectWith<Pace>({ added: listOf(count), removed: listOf(count), isBraked: flag })),
      NO_FACTS.paces,
    ),
  }),
  NO_FACTS,
);
