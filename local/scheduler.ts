import type { Milliseconds } from '../core/wire/brands.ts';
/** The time, and what happens later: real under `npm start`, driven by hand in tests. */
export interface Scheduler {
  now(): Milliseconds;
  /** Runs `action` once after so many milliseconds; the function it returns calls that off. */
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
