import type { Instance, InstanceState } from '../../../core/instance.ts';
import { lacking, runningApp } from '../../support/stands/batches.ts';

/** What an event reports of one instance. */
export interface FleetChange {
  id: string;
  state: InstanceState;
}

/**
 * Live apps, each on an instance of its own. The oldest app ends and a new one with a new name starts, in turn. So no name changes
 * often enough to be slowed down, however few apps there are.
 */
export class ChangingFleet {
  readonly #apps: number;
  #launched: number;
  #instances: Instance[];

  constructor(apps: number) {
    this.#apps = apps;
    this.#launched = apps;
    this.#instances = Array.from({ length: apps }, (_, n) => runningApp(n + 1, `app-${n + 1}`));
  }

  /** The fleet as EC2 lists it. */
  get instances(): Instance[] {
    return this.#instances;
  }

  /** Changes one app. */
  change(): FleetChange {
    const [oldest, ...others] = this.#instances;
    if (oldest === undefined) throw new Error('the fleet has no app');
    return oldest.state === 'running' && this.#instances.length === this.#apps
      ? this.#end(oldest, others)
      : this.#launch(others);
  }

  #end(oldest: Instance, others: readonly Instance[]): FleetChange {
    const ending = lacking(oldest, 'shutting-down');
    this.#instances = [ending, ...others];
    return { id: ending.id, state: ending.state };
  }

  /** EC2 takes the tags of an ended instance, so it is not listed any more. */
  #launch(others: readonly Instance[]): FleetChange {
    this.#launched += 1;
    const launchedAt = Math.floor(Date.now() / 1000);
    const launched = runningApp(this.#launched, `app-${this.#launched}`, { launchedAt });
    this.#instances = [...others, launched];
    return { id: launched.id, state: launched.state };
  }
}
