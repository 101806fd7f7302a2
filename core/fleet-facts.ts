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
 * What events say that EC2's listings do not: an instance died although a listing is not there yet, or it will be taken
 * away in two minutes. Kept from run to run, since the next batch brings other events, and forgotten by age.
 */
export interface FleetFacts {
  deaths: ReadonlyMap<string, DeathNotice>;
  /** Instance id → epoch seconds of its spot interruption warning. */
  warnings: ReadonlyMap<string, number>;
}

export const NO_FACTS: FleetFacts = { deaths: new Map(), warnings: new Map() };

/** The facts that count at `now` (epoch seconds): those of before and those in new events. A replay tells nothing new. */
export function factsOf(before: FleetFacts, events: readonly FleetEvent[], now: number): FleetFacts {
  const deaths = new Map(before.deaths);
  const warnings = new Map(before.warnings);
  for (const event of events) {
    const at = event.time === undefined ? Number.NaN : Math.floor(Date.parse(event.time) / 1000);
    if (event.verdict !== 'hint' || event.replay !== undefined || Number.isNaN(at)) continue;
    for (const id of event.ids) {
      if (event.death !== undefined && at >= (deaths.get(id)?.at ?? 0))
        deaths.set(id, { state: event.death, at });
      if (isWarning(event)) warnings.set(id, Math.max(at, warnings.get(id) ?? 0));
    }
  }
  return {
    deaths: new Map([...deaths].filter(([, { at }]) => isWithin(at, now, DEATH_SECONDS))),
    warnings: new Map([...warnings].filter(([, at]) => isWithin(at, now, WARNING_SECONDS))),
  };
}

/** A notice that the instance is to be taken away in two minutes; terminated, stopped or hibernated is all one. */
export function isWarning({ kind, name }: FleetEvent): boolean {
  return kind === 'spot' && name.startsWith('interruption:');
}

function isWithin(at: number, now: number, seconds: number): boolean {
  return now - at < seconds && at - now <= SKEW_SECONDS;
}

/** As the mirror holds them. */
export function printFacts({ deaths, warnings }: FleetFacts): Json {
  return { deaths: Object.fromEntries(deaths), warnings: Object.fromEntries(warnings) };
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
    warnings: orElse(mapOf(count, isInstanceId), NO_FACTS.warnings),
  }),
  NO_FACTS,
);
