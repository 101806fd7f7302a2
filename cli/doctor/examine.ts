import { alarms } from './alarms.ts';
import { certificate } from './certificate.ts';
import { type Examination, examination } from './check.ts';
import type { Cloud } from './cloud.ts';
import type { Deployment } from './deployment.ts';
import { dns } from './dns.ts';
import type { Examined } from './finding.ts';
import { permissions } from './permissions.ts';
import { queue } from './queue.ts';
import { router } from './router.ts';
import { rules } from './rules.ts';
import { securityGroups } from './security-groups.ts';
import { stacks } from './stacks.ts';
import { store } from './store.ts';
import { trail } from './trail.ts';
import { viewers } from './viewers.ts';

/** Every check by its name, from events to viewers. */
export const CHECKS = {
  stacks: examination('stacks', stacks),
  alarms: examination('alarms', alarms),
  trail: examination('trail', trail),
  rules: examination('rules', rules),
  queue: examination('queue', queue),
  permissions: examination('permissions', permissions),
  store: examination('store', store),
  router: examination('router', router),
  certificate: examination('certificate', certificate),
  dns: examination('dns', dns),
  viewers: examination('viewers', viewers),
  'security groups': examination('security groups', securityGroups),
} as const satisfies Record<string, Examination>;

/** Runs every check at once; none waits for another, and none stops another. */
export function examine(cloud: Cloud, deployment: Deployment): Promise<Examined[]> {
  return Promise.all(Object.values(CHECKS).map((check) => check(cloud, deployment)));
}
