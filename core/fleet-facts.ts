import { DEATHS, type Death } from './event-reading.ts';
import type { FleetEvent } from './fleet-event.ts';
import { isInstanceId } from './instance.ts';
import type { Json } from './json.ts';
import { count, mapOf, objectWith, oneOf, orElse, type Schema } from './schema.ts';

/** Seconds for which a reported death is believed against what EC2 still says. */
export const DEATH_SECONDS = 60;

/** Seconds that a spot instance has from its warning to its end (EC2 User Guide: two minutes), and some to be seen dead. */
export const WARNING_SECONDS = 180;

/** Seconds by which an event's clock may be ahead of ours. */
const SKEW_SECONDS = 5;

/** A state-change notification of an instance that stops or dies. */
export interface DeathNotice {
  state: Death;
  /** Epoch seconds. */
  at: number;
}

/**
 * What events say that EC2's listings do not: an instance died although a listing is not there yet, it runs again, or it
 * will be taken away in two minutes. Kept from run to run, since the next batch brings other events, and forgotten by age.
 */
export interface FleetFacts {
  /** The latest of each instance. */
  deaths: ReadonlyMap<string, DeathNotice>;
  /** Instance id → epoch seconds of the latest notice that it runs. */
  starts: ReadonlyMap<string, number>;
  /** Instance id → epoch seconds of its spot interruption warning. */
  warnings: ReadonlyMap<string, number>;
}

export const NO_FACTS: FleetFacts = { deaths: new Map(), starts: new Map(), warnings: new Map() };

/**
 * The facts that count at `now` (epoch seconds): those of before and those in new events. A replay tells nothing new, and
 * an event from the future must not hide what is known.
 */
export function factsOf(before: FleetFacts, events: readonly FleetEvent[], now: number): FleetFacts {
  const all = [before, ...events.map(saidBy)].map((facts) => young(facts, now));
  return all.reduce(mergedFacts, NO_FACTS);
}

function saidBy(event: FleetEvent): FleetFacts {
  const at = Math.floor(Date.parse(event.time ?? '') / 1000);
  if (event.verdict !== 'hint' || event.replay !== undefined || Number.isNaN(at)) return NO_FACTS;
  const { ids, death, kind, name } = event;
  const ofEach = <T>(notice: T) => new Map(ids.map((id) => [id, notice]));
  return {
    ...NO_FACTS,
    ...(death === undefined ? {} : { deaths: ofEach({ state: death, at }) }),
    ...(kind === 'state-change' && name === 'running' ? { starts: ofEach(at) } : {}),
    ...(isWarning(event) ? { warnings: ofEach(at) } : {}),
  };
}

function young({ deaths, starts, warnings }: FleetFacts, now: number): FleetFacts {
  const within = (seconds: number) => (at: number) => now - at < seconds && at - now <= SKEW_SECONDS;
  return {
    deaths: kept(deaths, ({ at }) => within(DEATH_SECONDS)(at)),
    starts: kept(starts, within(DEATH_SECONDS)),
    warnings: kept(warnings, within(WARNING_SECONDS)),
  };
}

function kept<T>(notices: ReadonlyMap<string, T>, counts: (notice: T) => boolean): Map<string, T> {
  return new Map([...notices].filter(([, notice]) => counts(notice)));
}

/** What is known from two sides: of two notices about one instance the later counts. */
export function mergedFacts(a: FleetFacts, b: FleetFacts): FleetFacts {
  return {
    deaths: newest(a.deaths, b.deaths, ({ at }) => at),
    starts: newest(a.starts, b.starts, (at) => at),
    warnings: newest(a.warnings, b.warnings, (at) => at),
  };
}

function newest<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  timeOf: (notice: T) => number,
): Map<string, T> {
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
export function deathOf({ deaths, starts }: FleetFacts, id: string): DeathNotice | undefined {
  const death = deaths.get(id);
  return death === undefined || (starts.get(id) ?? 0) > death.at ? undefined : death;
}

/** A notice that the instance is to be taken away in two minutes; terminated, stopped or hibernated is all one. */
export function isWarning({ kind, name }: FleetEvent): boolean {
  return kind === 'spot' && name.startsWith('interruption:');
}

/** As the mirror holds them. */
export function printFacts({ deaths, starts, warnings }: FleetFacts): Json {
  return {
    deaths: Object.fromEntries(deaths),
    starts: Object.fromEntries(starts),
    warnings: Object.fromEntries(warnings),
  };
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
    warnings: orElse(mapOf(count, isInstanceId), NO_FACTS.warnings),
  }),
  NO_FACTS,
);
