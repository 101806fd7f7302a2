import { type Instance, isInstanceId } from '../instance.ts';
import type { Json } from '../json.ts';
import { isMoving, latestOf, type Pace, type Paces, SKEW_SECONDS } from '../pace.ts';
import { type Hold, type Holds, isRecent } from '../routes/hold.ts';
import { count, flag, listOf, mapOf, objectWith, oneOf, orElse, type Schema } from '../schema.ts';
import { toSeconds } from '../time.ts';
import type { InstanceId, Seconds } from '../wire/brands.ts';
import { DEATHS, type Death } from './event-reading.ts';
import type { FleetEvent } from './fleet-event.ts';

/** Seconds for which a reported death is believed against what EC2 still says. */
export const DEATH_SECONDS = 60;

/** Seconds that a spot instance has from its warning to its end (EC2 User Guide: two minutes), and some to be seen dead. */
export const WARNING_SECONDS = 180;

/** Seconds for which a hook can hold up the end of a scaling group's instance (Auto Scaling User Guide, "Quotas": 48 hours). */
export const HOOK_SECONDS = 172_800;

/** Auto Scaling's own words: a hook holds up the end, an instance is in service (Auto Scaling User Guide, "Event patterns"). */
const LEAVES = 'EC2 Instance-terminate Lifecycle Action';
const SERVES = 'EC2 Instance Launch Successful';

/** A state-change notification of an instance that stops or dies. */
export interface DeathNotice {
  state: Death;
  at: Seconds;
}

/** A notice that an instance will be taken away, which holds for a while; `OVER` once it serves again. */
export interface Warning {
  at: Seconds;
  expiresAt: Seconds;
}

const OVER = 0;

/**
 * What events say that EC2's listings do not: an instance died although a listing is not there yet, it runs again, or it
 * will be taken away soon. Kept from run to run, since the next batch brings other events, and forgotten by age.
 */
export interface FleetFacts {
  /** The latest of each instance. */
  deaths: ReadonlyMap<InstanceId, DeathNotice>;
  /** The latest notice that it runs. */
  starts: ReadonlyMap<InstanceId, Seconds>;
  warnings: ReadonlyMap<InstanceId, Warning>;
  /** Names that were kept for instances with wrong tags. */
  holds: Holds;
  /** Names and instances that changed within the last minutes. */
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
 * The facts that count at `now`: those of before and those in new events. A replay tells nothing new, and
 * an event from the future must not hide what is known.
 */
export function collectFacts(before: FleetFacts, events: readonly FleetEvent[], now: Seconds): FleetFacts {
  const all = [before, ...events.map(factsFrom)].map((facts) => keepYoung(facts, now));
  const facts = all.reduce(mergeFacts, NO_FACTS);
  const isNeeded = (id: InstanceId, { expiresAt }: Warning) =>
    // That an instance serves again is kept while another environment may remember the warning before it.
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

/** What is known from two sides: of two notices about one instance the later counts. */
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
 * The death of an instance, unless a later notice says that it runs again. Times are whole seconds: within one nobody
 * knows which came first, and the death counts.
 */
export function findDeath({ deaths, starts }: FleetFacts, id: InstanceId): DeathNotice | undefined {
  const death = deaths.get(id);
  return death === undefined || (starts.get(id) ?? 0) > death.at ? undefined : death;
}

/** No life follows these, so that nothing needs be remembered of the instance. */
function isLast(death: DeathNotice | undefined): boolean {
  return death?.state === 'shutting-down' || death?.state === 'terminated';
}

/** Whether an instance will be taken away. A warning belongs to one life of it: a later start ends it. */
export function isLeaving({ warnings }: FleetFacts, { id, launchedAt }: Instance, now: Seconds): boolean {
  const { at, expiresAt } = warnings.get(id) ?? { at: 0, expiresAt: OVER };
  return at >= launchedAt && expiresAt > now;
}

/** A notice that the instance will be taken away; terminated, stopped or back into a warm pool is all one. */
export function isWarning(event: FleetEvent): boolean {
  return warningSeconds(event) > 0;
}

/** How long such a notice holds, 0 for other events. */
function warningSeconds({ kind, name }: FleetEvent): Seconds {
  if (kind === 'spot' && name.startsWith('interruption:')) return WARNING_SECONDS;
  return kind === 'auto-scaling' && name === LEAVES ? HOOK_SECONDS : 0;
}

/** A notice that the instance serves in its scaling group, from the start or back from a warm pool. */
function isReturn({ kind, name }: FleetEvent): boolean {
  return kind === 'auto-scaling' && name === SERVES;
}

/** As the mirror holds them. */
export function printFacts(facts: FleetFacts): Json {
  return Object.fromEntries(
    Object.entries(facts).map(([kind, notices]) => [kind, Object.fromEntries(notices)]),
  );
}

/**
 * Reads what `printFacts` writes. A kind of facts that is damaged or absent is none: they are short-lived, and the next event
 * brings its own.
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
