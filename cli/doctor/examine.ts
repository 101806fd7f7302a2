import { type Examination, examination } from './check.ts';
import { alarms } from './checks/alarms.ts';
import { certificate } from './checks/certificate.ts';
import { dns } from './checks/dns.ts';
import { permissions } from './checks/permissions.ts';
import { queue } from './checks/queue.ts';
import { router } from './checks/router.ts';
import { rules } from './checks/rules.ts';
import { securityGroups } from './checks/security-groups.ts';
import { stacks } from './checks/stacks.ts';
import { store } from './checks/store.ts';
import { trail } from './checks/trail.ts';
import { viewers } from './checks/viewers.ts';
import type { Cloud } from './cloud.ts';
import type { Deployment } from './deployment.ts';
import type { Examined } from './finding.ts';

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
