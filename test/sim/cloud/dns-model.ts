import type { DnsAnswer, Resolver } from '../../../updater/ports.ts';
import type { Network, SimulatedProcess } from './network.ts';
import type { Timeline } from './timeline.ts';

/** A name in public DNS. */
interface Known {
  address: string;
  /** Epoch milliseconds from which DNS knows it. */
  from: number;
}

/** Public DNS: it knows the name of a new address after a while, and at times it does not answer, or not in time. */
export class DnsModel {
  readonly #names = new Map<string, Known>();
  readonly #timeline: Timeline;
  readonly #network: Network;

  constructor(timeline: Timeline, network: Network) {
    this.#timeline = timeline;
    this.#network = network;
  }

  /** An address was assigned for the first time. */
  add(name: string, address: string): void {
    if (this.#names.has(name)) return;
    const { nameLag } = this.#network.weather;
    const random = this.#network.random('name lag');
    const lag = random.chance(0.5) ? 0 : random.between(0, nameLag);
    this.#names.set(name, { address, from: this.#timeline.now + lag });
  }

  /** Every name is known from now on. */
  heal(): void {
    for (const known of this.#names.values()) known.from = 0;
  }

  resolverOf(process: SimulatedProcess): Resolver {
    return { resolve6: (name) => this.#resolve(process, name) };
  }

  #resolve(process: SimulatedProcess, name: string): Promise<DnsAnswer> {
    const random = this.#network.random('dns');
    const { run } = process;
    run?.names.set(name, 'no answer');
    const isSilent = this.#network.isDown('dns') || random.chance(this.#network.weather.silentDns);
    // A client gives up in time, or its answer comes after the second that a run has for look-ups.
    const delay = isSilent ? random.pick([900, 1_500]) : random.between(3, 40);
    return new Promise((resolve) => {
      this.#timeline.in(delay, () => {
        if (!process.isAlive) return;
        const answer = isSilent ? 'no answer' : this.#answer(name);
        run?.names.set(name, answer);
        resolve(answer);
      });
    });
  }

  #answer(name: string): DnsAnswer {
    const known = this.#names.get(name);
    return known !== undefined && known.from <= this.#timeline.now ? [known.address] : 'absent';
  }
}
