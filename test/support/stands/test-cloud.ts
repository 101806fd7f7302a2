import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeEntry, isServing } from '../../../core/entry/entry.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/cloud.ts';
import { type Answer, ask } from '../../local/edge/edge-stand.ts';
import { threadUpdater } from '../thread-updater.ts';
import { nameIn } from '../values/instances.ts';

/** A local cloud for one test file, with short delays, without regular sweeps, on any free port. */
export interface TestCloud extends LocalCloud {
  stateFolder: string;
  /** The messages that it printed. */
  troubles: string[];
  /** Launches an instance with `proxy:*` tags, given without the prefix, and returns its id. */
  launch(tags: Record<string, string>, imageId?: string): string;
  /** Launches an app under a name, and resolves with the instance's id when all changes are done. */
  live(host: string, imageId?: string): Promise<string>;
  /** One request to `http://<host>/<path>` at the edge. */
  ask(host: string, path?: string, options?: Parameters<typeof ask>[2]): Promise<Answer>;
  /** Waits for the updater only, because here a write reaches the edge at once. */
  settled(): Promise<void>;
}

const HURRY = { pending: 20, stopping: 10, 'shutting-down': 10 };

/** Starts a test cloud; `dispose` also removes its folder. */
export async function startTestCloud(options: Partial<LocalCloudOptions> = {}): Promise<TestCloud> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'edge-proxy-cloud-'));
  const troubles: string[] = [];
  const cloud = await startLocalCloud({
    updaterFile: options.updaterFile ?? threadUpdater(),
    stateFolder,
    port: 0,
    propagation: 0,
    sweepEvery: 3_600_000,
    delays: HURRY,
    onTrouble: (message) => troubles.push(message),
    ...options,
  });
  const launch = (tags: Record<string, string>, imageId = 'ami-hello') => launchIn(cloud, imageId, tags);
  return {
    ...cloud,
    stateFolder,
    troubles,
    launch,
    async live(host, imageId) {
      const id = launch({ host }, imageId);
      await cloud.settled();
      return id;
    },
    ask: async (host, path = '/', { headers, ...rest } = {}) => {
      const answer = await ask(cloud, path, { ...rest, headers: { ...headers, host } });
      const isDocument = path.startsWith('/_proxy/') && answer.headers['content-encoding'] === 'gzip';
      return isDocument ? { ...answer, body: gunzipSync(answer.body) } : answer;
    },
    async dispose() {
      await cloud.dispose();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

function launchIn({ fleet }: LocalCloud, imageId: string, tags: Record<string, string>): string {
  const list = Object.entries(tags).map(([key, value]) => ({ key: `proxy:${key}`, value }));
  const [launched] = fleet.runInstances({
    imageId,
    minCount: 1,
    maxCount: 1,
    tagSpecifications: [{ resourceType: 'instance', tags: list }],
  });
  return launched?.id ?? '';
}

/** The public names in the store for a host. */
export function originsOf({ store }: Pick<LocalCloud, 'store'>, hostname: string): string[] {
  const entry = decodeEntry(store.get(hostname) ?? '');
  return entry && isServing(entry) ? entry.instances.map(({ address }) => nameIn(address)) : [];
}

/** Names in the store with an address that no running instance has. It may belong to another customer by now. */
export function releasedOrigins({ store, fleet }: Pick<LocalCloud, 'store' | 'fleet'>): string[] {
  const running = new Map(fleet.list().map((instance) => [instance.id, instance.state === 'running']));
  return [...store.entries].flatMap(([hostname, value]) => {
    const entry = decodeEntry(value);
    if (!entry || !isServing(entry)) return [];
    const released = entry.instances.some(
      ({ id, address }) => !running.get(id) || fleet.resolve(nameIn(address), 80) === undefined,
    );
    return released ? [hostname] : [];
  });
}
