import type { Family } from '../cloud/cards.ts';
import { type Action, LABELS, type OutageService, REGIONS, WILDCARD } from './action.ts';

const KINDS = {
  launch: 12,
  tag: 10,
  untag: 3,
  stop: 5,
  start: 4,
  terminate: 6,
  reboot: 1,
  evict: 1.5,
  associate: 3,
  disassociate: 1.5,
  assign: 6,
  unassign: 3,
  attach: 0.8,
  detach: 0.5,
  edit: 6,
  stray: 2,
  outage: 1.5,
  blind: 0.7,
  fill: 0.15,
  recycle: 1,
  'sign in': 0,
  renew: 0,
  visit: 0,
  rotate: 0,
  pass: 0,
  revoke: 0,
  'sign out': 0,
  flap: 0,
  rules: 0,
  'edit keys': 0,
} as const satisfies Record<Action['do'], number>;

/**
 * What happens how often in a history. In every fourth one most instances have IPv6 and share names, and their addresses move, so
 * that an address often moves from one serving instance to another.
 */
export interface Taste {
  kinds: Readonly<Record<Action['do'], number>>;
  families: Readonly<Record<Family, number>>;
  /** Probability that an instance is in a group. */
  grouped: number;
  groups: readonly string[];
  /** The names that instances ask for. */
  labels: readonly string[];
  services: readonly OutageService[];
  hasSignIn: boolean;
  /** Relative frequency of waits of an hour. */
  muchLater: number;
}

const USUAL: Taste = {
  kinds: KINDS,
  families: { ipv4: 4, dual: 3, ipv6: 3 },
  grouped: 0.4,
  groups: ['blue', 'green'],
  labels: LABELS,
  services: ['kvs', 's3', 'dns', ...REGIONS],
  hasSignIn: false,
  muchLater: 0.06,
};

const MOVING: Taste = {
  ...USUAL,
  kinds: { ...KINDS, assign: 25, unassign: 3, terminate: 2, stop: 2, tag: 3, untag: 0.5, edit: 2 },
  families: { ipv4: 1, dual: 1, ipv6: 8 },
  grouped: 1,
  groups: ['blue'],
  // No rule limits these names.
  labels: ['shop', 'api'],
};

/** Every third history has sign-in. */
export const hasSignIn = (seed: number) => seed % 3 === 1;

function withSignIn(taste: Taste): Taste {
  const people = { 'sign in': 14, renew: 4, visit: 6, pass: 2.5, revoke: 2, 'sign out': 2, flap: 0.7 };
  const operators = { fill: 0.4, outage: 2.5, rotate: 1.5, rules: 2.5, 'edit keys': 0.5, tag: 14 };
  return {
    ...taste,
    kinds: { ...taste.kinds, ...people, ...operators },
    services: [...taste.services, 'secrets', 'truth'],
    hasSignIn: true,
    labels: [...taste.labels, WILDCARD],
    muchLater: 0.12,
  };
}

/** The taste of a seed. */
export function tasteOf(seed: number): Taste {
  const taste = seed % 4 === 1 ? MOVING : USUAL;
  return hasSignIn(seed) ? withSignIn(taste) : taste;
}
