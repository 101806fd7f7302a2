import type { Milliseconds } from '../core/wire/brands.ts';
/** The time and delayed actions. Tests drive it by hand. */
export interface Scheduler {
  now(): Milliseconds;
  /** Runs `action` once after a delay. The returned function cancels it. */
  after(milliseconds: Milliseconds, action: () => void): () => void;
}

/** The scheduler of this machine. */
export const systemScheduler: Scheduler = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};
