import type { Clock } from './ports.ts';

/** The system's clock and random numbers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (time) => new Promise((done) => setTimeout(done, time)),
  alarm: (time, ring) => {
    const timer = setTimeout(ring, time);
    return () => clearTimeout(timer);
  },
};
