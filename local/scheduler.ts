/** The time, and what happens later: real under `npm start`, driven by hand in tests. */
export interface Scheduler {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `action` once after so many milliseconds; the function it returns calls that off. */
  after(milliseconds: number, action: () => void): () => void;
}

/** The scheduler of this machine. */
export const systemScheduler: Scheduler = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};
