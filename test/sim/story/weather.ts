import { mixed, Random } from './random.ts';

/** Faults of network, services and machines in one history, as probabilities and times in milliseconds. */
export interface Weather {
  name: 'calm' | 'laggy' | 'rough' | 'stormy';
  /** For each call to a service. */
  throttled: number;
  refused: number;
  /** The request does not arrive. */
  lost: number;
  /** The request takes effect, and the answer does not arrive. */
  unanswered: number;
  /** For each write to the store: it takes effect when the process no longer waits for the answer. */
  overdue: number;
  /** The process ends just before or just after a call takes effect. */
  crash: number;
  /** Another writer changes the store just before the updater's write. */
  rival: number;
  /** For each event on its way to the queue. */
  dropped: number;
  doubled: number;
  late: number;
  /** For each delivery: the queue delivers a successful batch again. */
  redelivered: number;
  /** For each batch: another warm environment takes it. */
  otherEnvironment: number;
  /** Longest delay until DescribeInstances shows a change. */
  lag: number;
  /** For each look-up of a public name: no answer. */
  silentDns: number;
  /** Longest delay until DNS knows the name of a new IPv6 address. */
  nameLag: number;
  /** Most instances on one page of DescribeInstances. */
  page: number;
}

/** No faults. */
export const CALM: Weather = {
  name: 'calm',
  throttled: 0,
  refused: 0,
  lost: 0,
  unanswered: 0,
  overdue: 0,
  crash: 0,
  rival: 0,
  dropped: 0,
  doubled: 0,
  late: 0,
  redelivered: 0,
  otherEnvironment: 0,
  lag: 0,
  silentDns: 0,
  nameLag: 0,
  page: 1000,
};

const LAGGY: Weather = {
  ...CALM,
  name: 'laggy',
  dropped: 0.05,
  doubled: 0.1,
  late: 0.05,
  otherEnvironment: 0.1,
  lag: 8_000,
  nameLag: 90_000,
  page: 6,
};

const ROUGH: Weather = {
  ...LAGGY,
  name: 'rough',
  throttled: 0.01,
  refused: 0.01,
  lost: 0.005,
  unanswered: 0.01,
  overdue: 0.02,
  crash: 0.005,
  rival: 0.05,
  redelivered: 0.02,
  lag: 4_000,
  silentDns: 0.05,
  nameLag: 20_000,
  page: 7,
};

const STORMY: Weather = {
  ...ROUGH,
  name: 'stormy',
  throttled: 0.04,
  refused: 0.03,
  lost: 0.02,
  unanswered: 0.03,
  overdue: 0.05,
  crash: 0.03,
  rival: 0.2,
  dropped: 0.25,
  doubled: 0.25,
  late: 0.15,
  redelivered: 0.05,
  otherEnvironment: 0.4,
  lag: 20_000,
  silentDns: 0.3,
  nameLag: 90_000,
  page: 5,
};

/** The weather of a seed. */
export function weatherOf(seed: number): Weather {
  const kind = new Random(mixed(seed, 0x5eed)).weighed({ calm: 1, laggy: 2, rough: 4, stormy: 3 });
  return { calm: CALM, laggy: LAGGY, rough: ROUGH, stormy: STORMY }[kind];
}
