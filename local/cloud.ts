import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildEdge } from '../infra/bundles/edge.ts';
import { hostCrtBinary } from '../infra/bundles/updater.ts';
import { startApi } from './api-server.ts';
import { ACCOUNT, REGION } from './cloudtrail.ts';
import { ec2Handler } from './ec2-server.ts';
import { startEdge } from './edge-server.ts';
import { compileEdge } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { LocalFleet } from './fleet.ts';
import { KeyValueStore } from './key-value-store.ts';
import { kvsHandler } from './kvs-server.ts';
import { LocalLambda } from './lambda.ts';
import type { Delays } from './machine.ts';
import type { RequestRecord } from './request-log.ts';
import { s3Handler } from './s3-server.ts';
import { StateFolder } from './state-folder.ts';
import { type Change, Timeline } from './timeline.ts';

/** How a local cloud is set up. */
export interface LocalCloudOptions {
  /** The built updater, `dist/updater/index.mjs`. */
  updaterFile: string;
  /** Where its journal and logs lie, and where the CLI finds it. */
  stateFolder: string;
  /** Port of the edge; 0 is any free one. Default 8080. */
  port?: number;
  /** Default `localhost`; `''` is bare mode. */
  baseDomain?: string;
  /** Milliseconds from the store to the edge. Default 200; CloudFront takes 20,000–30,000. */
  propagation?: number;
  /** Milliseconds of the instances' changes of state. */
  delays?: Partial<Delays>;
  /** Milliseconds between sweeps. Default 60,000, as deployed. */
  sweepEvery?: number;
  onRequest?: (record: RequestRecord) => void;
  onChange?: (change: Change) => void;
  /** Takes what a person should know: a failed batch, an error of the updater. */
  onTrouble?: (message: string) => void;
}

/** A whole deployment on this machine. */
export interface LocalCloud {
  /** `http://localhost:8080`. */
  url: string;
  port: number;
  baseDomain: string;
  /** The local AWS's endpoint, and who may sign for it. */
  api: { url: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  fleet: LocalFleet;
  store: KeyValueStore;
  timeline: Timeline;
  /** Calls of the KeyValueStore API since the start. */
  storeCalls: Readonly<Record<string, number>>;
  /** Puts an event in as EventBridge would. */
  send(event: unknown): void;
  /** Resolves when the updater has seen every event sent so far. */
  settled(): Promise<void>;
  /** Ends everything: servers, instances, the updater. Leaves journal and logs. */
  dispose(): Promise<void>;
}

const KVS_ARN = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/00000000-0000-4000-8000-000000000000`;
const PORTAL = fileURLToPath(new URL('../portal/', import.meta.url));
const ROUTER_FILE = 'dist/edge/router.js';
const clock = { now: Date.now };

/**
 * Starts a whole deployment on this machine: EC2, EventBridge's queue, S3, the KeyValueStore and the edge are
 * stand-ins; the router and the updater are the very files that AWS runs.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { baseDomain = 'localhost', onTrouble = () => {} } = options;
  const folder = new StateFolder(options.stateFolder);
  const store = await KeyValueStore.open({ clock });
  const view = store.edgeView({ delay: options.propagation ?? 200 });
  const timeline = new Timeline(store, view);
  if (options.onChange) timeline.onChange(options.onChange);
  const router = compileEdge(buildEdge({ baseDomain, scheme: 'http' }), {
    read: view.read,
    file: ROUTER_FILE,
  });
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: randomBytes(16).toString('hex') };

  let lambda: LocalLambda | undefined;
  const queue = new EventQueue({
    deliver: async (batch) => void (await lambda?.invoke(batch)),
    onFailure: onTrouble,
  });
  const send = (event: unknown) => {
    timeline.note(event, Date.now());
    queue.send(event);
  };
  const fleet = new LocalFleet({
    publish: send,
    logFolder: folder.logs,
    ...(options.delays ? { delays: options.delays } : {}),
  });
  const keyValueStore = kvsHandler({ arn: KVS_ARN, store, credentials, clock });
  const s3 = s3Handler({ directory: folder.buckets });
  const api = await startApi({ ec2: ec2Handler({ fleet }), s3, keyValueStore, timeline, send });
  const site = siteIn(folder);
  const edge = await startEdge({
    port: options.port ?? 8080,
    edge: () => router,
    resolve: (name, port) => fleet.resolve(name, port),
    site,
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
    ...(options.onRequest ? { onRequest: options.onRequest } : {}),
  }).catch(async (error: unknown) => {
    await api.dispose();
    throw error;
  });
  lambda = await LocalLambda.start({
    file: options.updaterFile,
    env: updaterEnvironment({ api: api.url, baseDomain, credentials }),
    print: (line) => appendFileSync(join(folder.logs, 'updater.log'), `${line}\n`),
  });
  const sweeps = setInterval(() => send(sweepEvent()), options.sweepEvery ?? 60_000);
  send(sweepEvent());
  folder.announce({
    pid: process.pid,
    portal: `http://localhost:${edge.port}/_proxy/`,
    api: api.url,
    baseDomain,
  });

  return {
    url: `http://localhost:${edge.port}`,
    port: edge.port,
    baseDomain,
    api: { url: api.url, region: REGION, credentials },
    fleet,
    store,
    timeline,
    storeCalls: keyValueStore.calls,
    send,
    settled: () => queue.idle(),
    async dispose() {
      clearInterval(sweeps);
      folder.withdraw();
      await edge.dispose();
      await fleet.dispose();
      await queue.close();
      await lambda?.dispose();
      await api.dispose();
    },
  };
}

/** The site bucket as a deployment fills it: the portal below `_proxy/`; the updater adds `routes.json`. */
function siteIn(folder: StateFolder): string {
  const site = join(folder.buckets, 'site');
  rmSync(join(site, '_proxy'), { recursive: true, force: true });
  cpSync(PORTAL, join(site, '_proxy'), { recursive: true });
  return site;
}

/** The variables that infra/updater-function.ts sets, and where this machine's AWS is. */
function updaterEnvironment(local: {
  api: string;
  baseDomain: string;
  credentials: LocalCloud['api']['credentials'];
}): Record<string, string> {
  return {
    OWNER: 'local',
    BASE_DOMAIN: local.baseDomain,
    KVS_ARN,
    JOURNAL_BUCKET: 'journal',
    SITE_BUCKET: 'site',
    REGIONS: REGION,
    ORIGIN_SECRET: randomUUID(),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_EC2: local.api,
    AWS_ENDPOINT_URL_S3: local.api,
    KVS_ENDPOINT: local.api,
    ...hostCrtBinary(),
  };
}

/** What the schedule sends each minute: unique, or the queue would take it for a duplicate. */
function sweepEvent() {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [],
    detail: {},
  };
}
