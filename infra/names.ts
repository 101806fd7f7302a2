/**
 * Names that stacks of different accounts and regions share, since templates hold neither tokens nor look-ups across
 * accounts. Every name holds the deployment's id, so that an account can have several deployments.
 */

/** The beginning of every name of a deployment. */
export function namePrefix(deployment: string): string {
  return `edge-proxy-${deployment}`;
}

/** Role of the updater function, in the home account. */
export function updaterRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-updater`;
}

/** Role in every other account, which the updater assumes to list instances. */
export function readerRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-reader`;
}

/** Role in every other account, which forwards events to the home bus; the stacks of all its regions use it. */
export function forwarderRoleName(deployment: string): string {
  return `${namePrefix(deployment)}-forwarder`;
}

/**
 * Name of a rule that forwards events. No deployment's id holds an underscore, so the pattern below does not match the rules of
 * a deployment whose id begins alike.
 */
export function forwardingRuleName(deployment: string, rule: string): string {
  return `${namePrefix(deployment)}_${rule}`;
}

/** Pattern of the ARNs of all rules that forward an account's events, in every region. */
export function forwardingRulesOf(deployment: string, account: string): string {
  return `arn:aws:events:*:${account}:rule/${forwardingRuleName(deployment, '*')}`;
}
