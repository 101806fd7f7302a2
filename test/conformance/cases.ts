import { HOST_FEATURES } from './cases/hosts.ts';
import { MATCH_FEATURES } from './cases/matches.ts';
import { PRECEDENCE_FEATURES } from './cases/precedence.ts';
import type { Feature } from './feature.ts';

export { DIFFERENCES } from './cases/differences.ts';

/** All features that choose one backend. */
export const FEATURES: readonly Feature[] = [...HOST_FEATURES, ...MATCH_FEATURES, ...PRECEDENCE_FEATURES];
