import { resolve } from 'node:path';
import { changesSince, waitUntilSettled } from '../../local/cloud-client.ts';
import { type CloudFile, readCloud } from '../../local/state/state-folder.ts';
import { DEFAULT_STATE } from '../../local/state/state-home.ts';
import type { Change } from '../../local/timeline.ts';
import type { Options, ParsedArguments, Terminal } from '../command.ts';
import { quoteWord } from './quoted-word.ts';

/** Which local cloud a command is for. */
export const STATE: Options = {
  state: { value: 'DIR', text: 'folder of the local cloud', fallback: DEFAULT_STATE },
};

/** The folder of that cloud, as an absolute path. */
export function resolveState(given: ParsedArguments): string {
  return resolve(given.value('state'));
}

/** That folder as a person has to say it again. */
export function formatState(given: ParsedArguments): string {
  const state = given.text('state');
  return state === undefined ? '' : ` --state ${quoteWord(resolve(state))}`;
}

/** Thrown when a command needs a local cloud and none runs. */
export class NoCloudError extends Error {
  override name = 'NoCloudError';
}

/** The local cloud that runs with the given state folder. */
export async function findRunningCloud(state: string | undefined): Promise<CloudFile> {
  const cloud = await readCloud(state ?? DEFAULT_STATE);
  if (cloud) return cloud;
  const where = state === undefined ? 'here' : `with ${state}`;
  throw new NoCloudError(`no local cloud runs ${where}: start one with \`npm start\` in another terminal`);
}

/** Milliseconds that a command waits for the updater. */
const PATIENCE_MS = 15_000;

/** Waits until nothing is under way any more, and says so when that takes too long. */
export async function waitForUpdater(cloud: CloudFile, { err }: Terminal): Promise<void> {
  if (await waitUntilSettled(cloud.api, PATIENCE_MS)) return;
  err(
    `  still under way after ${PATIENCE_MS / 1000} s; \`dynamic-edge-proxy list\` shows how far it is, the updater's log why`,
  );
}

/** Follows what was done to `ids` at `since` into the store and to the edge; prints and returns the changes that came. */
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
 * @param ids of whom the reader thinks; a name that others have now says so
 */
export function describeChange(change: Change, ids: readonly string[] = change.instances): string {
  const { hostname, state, instances, eventToStore, storeToEdge } = change;
  const isOthers = !instances.some((id) => ids.includes(id));
  const whose = isOthers && instances.length > 0 ? ` at ${instances.join(', ')}` : '';
  return `  ${hostname} is ${state}${whose}   event → store ${eventToStore} ms   store → edge ${storeToEdge} ms`;
}
