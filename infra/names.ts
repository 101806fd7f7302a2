/**
 * Names that stacks of different accounts and regions must know of each other without asking: their templates hold
 * neither tokens nor look-ups across accounts. The deployment is in all of them, so that an account can hold several
 * deployments.
 */

/** What every name of a deployment begins with. */
export function namePrefix(deployment: string): string {
  return `edge-proxy-${deployment}`;
}

/** Role of the updater function, in the home account. */
export function updaterRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-updater`;
}

/** Role in every other account that the updater assumes to list instances. */
export function readerRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-reader`;
}

/** Role in every other account that sends events to the home bus; the stacks of all its regions use it. */
export function forwarderRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-forwarder`;
}

/**
 * Name of a rule that forwards events. No deployment holds an underscore, so that the pattern below fits the rules of this
 * deployment and not those of one whose id begins alike.
 */
export function forwardingRuleName(deployment: string, rule: string): string {
  return `${namePrefix(deployment)}_${rule}`;
}

/** Pattern of the ARNs of all rules that forward an account's events, in every region. */
export function forwardingRulesOf(deployment: string, account: string): string {
  return `arn:aws:events:*:${account}:rule/${forwardingRuleName(deployment, '*')}`;
}
