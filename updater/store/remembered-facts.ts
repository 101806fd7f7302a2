import type { Holds } from '../../core/entry/hold.ts';
import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { collectFacts, type FleetFacts, mergeFacts, NO_FACTS } from '../../core/events/fleet-facts.ts';
import type { Paces } from '../../core/pace.ts';
import type { Seconds } from '../../core/wire/brands.ts';

/** Facts that outlive a run and that neither EC2 nor the store can repeat. The mirror carries them. */
export class RememberedFacts {
  #fleet: FleetFacts = NO_FACTS;
  #lastSequence = 0;

  /** Facts that events reported and EC2 does not list. */
  get fleet(): FleetFacts {
    return this.#fleet;
  }

  /** The highest sequence number of any write, as far as is known, even if its entries are gone. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Adds the facts of new events and drops those that are too old. */
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

  /** Must be called before the write, because the response may be lost. */
  setLastSequence(sequence: number): void {
    this.#lastSequence = sequence;
  }

  /** Adds the facts that another environment left in the mirror. */
  merge({ facts, lastSequence }: { facts: FleetFacts; lastSequence: number }): void {
    this.#fleet = mergeFacts(facts, this.#fleet);
    this.#lastSequence = Math.max(this.#lastSequence, lastSequence);
  }
}
