import { setImmediate as turn } from 'node:timers/promises';
import type { Scheduler } from '../../local/scheduler.ts';

/** Time that a test controls. */
export class ManualScheduler implements Scheduler {
  #now: number;
  #due: { at: number; action: () => void }[] = [];

  /** Starts at half a second, so that rounding to whole seconds shows. */
  constructor(start = Date.parse('2026-11-23T12:00:00.500Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, action: () => void): () => void {
    const entry = { at: this.#now + milliseconds, action };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  /** The number of scheduled actions. */
  get waiting(): number {
    return this.#due.length;
  }

  /** Runs the actions of the next `milliseconds` in order, with all immediate effects. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.at;
      this.#due = this.#due.filter((other) => other !== next);
      next.action();
      await turn();
    }
    this.#now = end;
    await turn();
  }

  #next(end: number) {
    return this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
