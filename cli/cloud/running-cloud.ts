import { resolve } from 'node:path';
import { quoteWord } from '../../core/explain/names/quote-word.ts';
import { changesSince, waitUntilSettled } from '../../local/cloud-client.ts';
import { type CloudFile, readCloud } from '../../local/state/state-folder.ts';
import { DEFAULT_STATE } from '../../local/state/state-home.ts';
import type { Change } from '../../local/timeline.ts';
import type { Options, ParsedArguments, Terminal } from '../command.ts';

/** The option that selects a local cloud. */
export const STATE: Options = {
  state: { value: 'DIR', text: 'folder of the local cloud', fallback: DEFAULT_STATE },
};

/** The folder of that cloud, as an absolute path. */
export function resolveState(given: ParsedArguments): string {
  return resolve(given.value('state'));
}

/** The option for a further command line, if one was given. */
export function formatState(given: ParsedArguments): string {
  const state = given.text('state');
  return state === undefined ? '' : ` --state ${quoteWord(resolve(state))}`;
}

/** Thrown when a command needs a local cloud and none is running. */
export class NoCloudError extends Error {
  override name = 'NoCloudError';
}

/** Finds the local cloud that runs with a state folder. */
export async function findRunningCloud(state: string | undefined): Promise<CloudFile> {
  const cloud = await readCloud(state ?? DEFAULT_STATE);
  if (cloud) return cloud;
  const where = state === undefined ? '' : ` with ${state}`;
  throw new NoCloudError(
    `no local cloud is running${where}; start one with \`npx dynamic-edge-proxy local\` in another terminal`,
  );
}

/** Milliseconds that a command waits for the updater. */
const PATIENCE_MS = 15_000;

/** Waits until the updater has handled all events. Prints a note if that takes too long. */
export async function waitForUpdater(cloud: CloudFile, { err }: Terminal): Promise<void> {
  if (await waitUntilSettled(cloud.api, PATIENCE_MS)) return;
  err(
    `  the updater is still working after ${PATIENCE_MS / 1000} s; see \`dynamic-edge-proxy list\` and the updater log`,
  );
}

/** Waits until the changes that `ids` caused after `since` have reached the edge. Prints and returns them. */
export async function followChanges(
  cloud: CloudFile,
  { ids, since }: { ids: readonly string[]; since: number },
  terminal: Terminal,
): Promise<Change[]> {
  await waitForUpdater(cloud, terminal);
  const changes = (await changesSince(cloud.api, since)).filter(({ instances, before }) =>
    [...instances, ...before].some((id) => ids.includes(id)),
  );
  for (const change of changes) terminal.out(describeChange(change, ids));
  const arrival = Math.max(0, ...changes.map((change) => change.at + change.storeToEdge - Date.now()));
  await new Promise((resolve) => setTimeout(resolve, arrival));
  return changes;
}

/**
 * `shop.localhost is live   event → store 12 ms   store → edge 200 ms`.
 *
 * @param ids the instances that the reader expects; a name that others have now names those
 */
export function describeChange(change: Change, ids: readonly string[] = change.instances): string {
  const { hostname, state, instances, eventToStore, storeToEdge } = change;
  const isOthers = !instances.some((id) => ids.includes(id));
  const whose = isOthers && instances.length > 0 ? ` at ${instances.join(', ')}` : '';
  return `  ${hostname} is ${state}${whose}   event → store ${eventToStore} ms   store → edge ${storeToEdge} ms`;
}
