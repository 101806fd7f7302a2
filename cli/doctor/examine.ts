import { buildCheck, type RunCheck } from './check.ts';
import { alarms } from './checks/alarms.ts';
import { certificate } from './checks/certificate.ts';
import { dns } from './checks/dns.ts';
import { addresses } from './checks/origins/addresses.ts';
import { securityGroups } from './checks/origins/security-groups.ts';
import { permissions } from './checks/permissions.ts';
import { queue } from './checks/queue.ts';
import { router } from './checks/router.ts';
import { rules } from './checks/rules.ts';
import { answers } from './checks/sign-in/answers.ts';
import { association } from './checks/sign-in/association.ts';
import { logs } from './checks/sign-in/logs.ts';
import { openNames } from './checks/sign-in/open-names.ts';
import { provider } from './checks/sign-in/provider.ts';
import { secrets } from './checks/sign-in/secrets.ts';
import { stacks } from './checks/stacks.ts';
import { store } from './checks/store.ts';
import { trail } from './checks/trail.ts';
import { viewers } from './checks/viewers.ts';
import type { Cloud } from './cloud.ts';
import type { Deployment } from './deployment.ts';
import type { CheckResult } from './finding.ts';

/** Every check by name, in the order of events to viewers. */
export const CHECKS = {
  stacks: buildCheck('stacks', stacks),
  alarms: buildCheck('alarms', alarms),
  trail: buildCheck('trail', trail),
  rules: buildCheck('rules', rules),
  queue: buildCheck('queue', queue),
  permissions: buildCheck('permissions', permissions),
  store: buildCheck('store', store),
  router: buildCheck('router', router),
  certificate: buildCheck('certificate', certificate),
  dns: buildCheck('dns', dns),
  viewers: buildCheck('viewers', viewers),
  addresses: buildCheck('addresses', addresses),
  'security groups': buildCheck('security groups', securityGroups),
} as const satisfies Record<string, RunCheck>;

/** The checks of a deployment with sign-in. */
export const SIGN_IN_CHECKS = {
  'sign-in': buildCheck('sign-in', association),
  provider: buildCheck('provider', provider),
  'sign-in secrets': buildCheck('sign-in secrets', secrets),
  'sign-in answers': buildCheck('sign-in answers', answers),
  'open names': buildCheck('open names', openNames),
  'sign-in logs': buildCheck('sign-in logs', logs),
} as const satisfies Record<string, RunCheck>;

/** Runs all checks at once. A check that fails does not stop the others. */
export function runChecks(cloud: Cloud, deployment: Deployment): Promise<CheckResult[]> {
  const checks = { ...CHECKS, ...(deployment.signIn ? SIGN_IN_CHECKS : {}) };
  return Promise.all(Object.values(checks).map((check) => check(cloud, deployment)));
}
