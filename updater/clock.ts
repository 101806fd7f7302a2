import type { Clock } from './ports.ts';

/** The time and the chance of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (time) => new Promise((done) => setTimeout(done, time)),
  alarm: (time, ring) => {
    const timer = setTimeout(ring, time);
    return () => clearTimeout(timer);
  },
};
