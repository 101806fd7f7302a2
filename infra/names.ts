/**
 * Names that stacks of different accounts and regions must know of each other without asking: their templates hold
 * neither tokens nor look-ups across accounts. The owner is in all of them, so that an account can hold several
 * deployments.
 */

/** What every name of a deployment begins with. */
export function prefixOf(owner: string): string {
  return `edge-proxy-${owner}`;
}

/** Role of the updater function, in the home account. */
export function updaterRoleName(owner: string): string {
  return `${prefixOf(owner)}-updater`;
}

/** Role in every other account that the updater assumes to list instances. */
export function readerRoleName(owner: string): string {
  return `${prefixOf(owner)}-reader`;
}

/** Role in every other account that sends events to the home bus. */
export function forwarderRoleName(owner: string): string {
  return `${prefixOf(owner)}-forwarder`;
}
