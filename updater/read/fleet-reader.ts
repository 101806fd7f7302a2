import type { FleetFacts } from '../../core/events/fleet-facts.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { Clock, Fleet } from '../ports.ts';
import { type FleetView, readFleet } from './fleet-view.ts';
import type { Hints } from './hints.ts';
import type { Patience } from './patience.ts';

/** Pause between two reads of the fleet while the store is listed, or the duration of the last read if that is longer. */
const PAUSE_MS: Milliseconds = 2_000;

/**
 * Total time that one run may read the fleet. EC2 may take many seconds to list tens of thousands of instances, and the run ends
 * only after the reading. Listing a full store takes 37 s, and Lambda ends the run after 60 s.
 */
const READING_MS: Milliseconds = 18_000;

/** The parts that a reader needs. */
export interface FleetReaderParts {
  fleet: Fleet;
  clock: Clock;
  patience: Patience;
  hints: Hints;
  /** Facts from events that count now. */
  factsAt: (now: Seconds) => FleetFacts;
}

/** Reads the fleet for one run, and keeps the result for all of its attempts. */
export class FleetReader {
  readonly #parts: FleetReaderParts;
  #view: FleetView | undefined;
  #lastTook: Milliseconds = 0;
  #allTook: Milliseconds = 0;

  constructor(parts: FleetReaderParts) {
    this.#parts = parts;
  }

  /** Reads the fleet once, and again only if `ids` has an instance that was neither asked for nor listed before. */
  async read(ids: Promise<readonly InstanceId[]>): Promise<FleetView> {
    const known = this.#view;
    if (known && isRead(known, await ids)) return known;
    this.#view = await this.#readAnew(ids);
    return this.#view;
  }

  async #readAnew(ids: Promise<readonly InstanceId[]>): Promise<FleetView> {
    const { fleet, clock, patience, hints, factsAt } = this.#parts;
    const startedAt = clock.now();
    const now = () => clock.now() / 1000;
    const view = await readFleet({ fleet, ids, hints, facts: () => factsAt(now()), patience, now });
    this.#lastTook = clock.now() - startedAt;
    this.#allTook += this.#lastTook;
    return view;
  }

  /** Time until the fleet may be read again; undefined if the reads of this run have used up their time. */
  get pause(): Milliseconds | undefined {
    if (this.#allTook + this.#lastTook > READING_MS) return undefined;
    return Math.max(PAUSE_MS, this.#lastTook);
  }

  /** Makes the next read ask EC2 again. */
  dropView(): void {
    this.#view = undefined;
  }
}

function isRead({ asked, listed }: FleetView, ids: readonly InstanceId[]): boolean {
  const others = ids.filter((id) => !asked.has(id));
  if (others.length === 0) return true;
  const seen = new Set(listed.map(({ id }) => id));
  return others.every((id) => seen.has(id));
}
