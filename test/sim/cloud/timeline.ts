import type { Clock } from '../../../updater/ports.ts';

interface Due {
  at: number;
  order: number;
  /** Undefined if it was cancelled. */
  act: (() => void) | undefined;
}

/**
 * Virtual time. Due acts happen in the order of their time, and for equal times in the order of their registration. After each
 * act all pending promises run to their end, so that a history is always the same.
 */
export class Timeline {
  /** Epoch milliseconds. */
  now: number;
  /** Number of waits in the code under test. If there are any, promises run to their end after each act. */
  busy = 0;
  readonly #heap: Due[] = [];
  #asked = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Schedules `act` after `delay`, rounded to whole milliseconds. Returns a function that cancels it. */
  in(delay: number, act: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, Math.round(delay)), order: this.#asked++, act };
    this.#push(due);
    return () => {
      due.act = undefined;
    };
  }

  /** Performs everything due until `end`, and sets the time to `end`. */
  async until(end: number): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (next.act === undefined) continue;
      this.now = next.at;
      next.act();
      if (this.busy > 0) await promisesSettled();
    }
    this.now = end;
  }

  /** A clock for code under test. */
  clock(random: () => number, isAlive: () => boolean): Clock {
    const sleep = (milliseconds: number) =>
      new Promise<void>((resolve) => this.in(milliseconds, () => isAlive() && resolve()));
    const alarm = (milliseconds: number, ring: () => void) =>
      this.in(milliseconds, () => isAlive() && ring());
    return { now: () => this.now, random, sleep, alarm };
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let i = heap.push(due) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[i] = heap[parent] as Due;
      i = parent;
    }
    heap[i] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[i] = heap[child] as Due;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/**
 * Resolves when no promise can continue: a tick comes after all jobs that promises have queued, including those queued
 * meanwhile. It takes no turn of Node's loop, which would cost a system call for each remote call of a history.
 */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
