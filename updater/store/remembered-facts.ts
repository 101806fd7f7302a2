import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { collectFacts, type FleetFacts, mergeFacts, NO_FACTS } from '../../core/events/fleet-facts.ts';
import type { Paces } from '../../core/pace.ts';
import type { Holds } from '../../core/routes/hold.ts';
import type { Seconds } from '../../core/wire/brands.ts';

/** Facts that outlive a run and that neither EC2 nor the store can repeat. They travel with the mirror. */
export class RememberedFacts {
  #fleet: FleetFacts = NO_FACTS;
  #lastSequence = 0;

  /** What events said and EC2 does not. */
  get fleet(): FleetFacts {
    return this.#fleet;
  }

  /** The highest sequence number that a write is known to have had, whatever became of its entries. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Adds what new events say and drops what is too old to count. */
  addEvents(events: readonly FleetEvent[], now: Seconds): FleetFacts {
    this.#fleet = collectFacts(this.#fleet, events, now);
    return this.#fleet;
  }

  addHolds(holds: Holds): void {
    this.#fleet = mergeFacts(this.#fleet, { ...NO_FACTS, holds });
  }

  setPaces(paces: Paces): void {
    this.#fleet = { ...this.#fleet, paces };
  }

  /** Called before the write: its answer may be lost. */
  setLastSequence(sequence: number): void {
    this.#lastSequence = sequence;
  }

  /** Adds what another environment left in the mirror. */
  merge({ facts, lastSequence }: { facts: FleetFacts; lastSequence: number }): void {
    this.#fleet = mergeFacts(facts, this.#fleet);
    this.#lastSequence = Math.max(this.#lastSequence, lastSequence);
  }
}
