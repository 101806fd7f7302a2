import { fileURLToPath } from 'node:url';
import { EC2Client } from '@aws-sdk/client-ec2';
import { type CloudFile, readCloud } from '../local/state-folder.ts';
import type { Change } from '../local/timeline.ts';
import type { Terminal } from './command.ts';

export const DEFAULT_STATE = fileURLToPath(new URL('../.edge-proxy', import.meta.url));

/** Thrown when a command needs a local cloud and none runs. */
export class NoCloudError extends Error {
  override name = 'NoCloudError';
}

/** The local cloud that runs with the given state folder. */
export function runningCloud(state: string | undefined): CloudFile {
  const cloud = readCloud(state ?? DEFAULT_STATE);
  if (cloud) return cloud;
  throw new NoCloudError('no local cloud runs here: start one with `npm start` in another terminal');
}

/** EC2 of the local cloud. Its requests must be signed, with whatever key. */
export function ec2Of(cloud: CloudFile): EC2Client {
  return new EC2Client({
    region: 'us-east-1',
    endpoint: cloud.api,
    credentials: { accessKeyId: 'AKIDCLI', secretAccessKey: 'local' },
  });
}

const CLI_HEADER = { 'x-proxy-local': '1' };

export async function changesSince(cloud: CloudFile, since: number): Promise<Change[]> {
  const response = await fetch(`${cloud.api}/_local/changes?since=${since}`, { headers: CLI_HEADER });
  return (await response.json()) as Change[];
}

/** Puts an event in as EventBridge would. */
export async function sendEvent(cloud: CloudFile, event: unknown): Promise<void> {
  await fetch(`${cloud.api}/_local/events`, {
    method: 'POST',
    headers: CLI_HEADER,
    body: JSON.stringify(event),
  });
}

/** Seconds that a command waits for the edge to follow. */
const PATIENCE = 15;

/**
 * Prints each change that concerns `ids` from `since` on, until `isDone` says that it was the last. Returns whether
 * it came.
 */
export async function follow(
  cloud: CloudFile,
  { ids, since, isDone }: { ids: readonly string[]; since: number; isDone: (change: Change) => boolean },
  terminal: Terminal,
): Promise<boolean> {
  let shown = 0;
  for (const deadline = Date.now() + PATIENCE * 1000; Date.now() < deadline; ) {
    const changes = (await changesSince(cloud, since)).filter((each) =>
      each.instances.some((id) => ids.includes(id)),
    );
    for (const change of changes.slice(shown)) terminal.out(describe(change));
    shown = changes.length;
    const last = changes.at(-1);
    if (last && isDone(last)) {
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, last.at + last.storeToEdge - Date.now())),
      );
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** `shop.localhost is live   event → store 12 ms   store → edge 200 ms`. */
export function describe({ hostname, state, eventToStore, storeToEdge }: Change): string {
  return `  ${hostname} is ${state}   event → store ${eventToStore} ms   store → edge ${storeToEdge} ms`;
}
