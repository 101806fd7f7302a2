import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildHeaders, type EdgeConstants } from '../build/edge.ts';
import { buildPortal } from '../build/portal.ts';
import { decodeEntry } from '../core/entry/entry.ts';
import type { ClaimRule } from '../core/settings/claim-rules.ts';
import type { Milliseconds } from '../core/wire/brands.ts';
import { type AwsOptions, DEPLOYMENT, DISTRIBUTION_DOMAIN, type LocalAws, startAws } from './aws.ts';
import { REGION } from './ec2/addresses.ts';
import { ACCOUNT } from './ec2/cloudtrail.ts';
import type { LaunchRequest } from './ec2/local-instance.ts';
import type { Delays } from './ec2/machines/machine.ts';
import { type RunningEdge, startEdge } from './edge/edge-server.ts';
import { buildRouters, compileRouters, type Routers } from './edge/function/deployed-router.ts';
import { compileHeaders } from './edge/function/engine.ts';
import type { OriginFunction } from './edge/lambda-edge/origin-function.ts';
import type { RequestRecord } from './edge/request-log.ts';
import { LocalClock } from './lambda/local-clock.ts';
import { OWN_COMMAND } from './own-command.ts';
import { LocalSignIn, type PreparedConcierge } from './sign-in/local-sign-in.ts';
import { StateFolder } from './state/state-folder.ts';
import { Teardown } from './teardown.ts';
import type { Change } from './timeline.ts';
import { type LocalTraffic, startTraffic } from './traffic/local-traffic.ts';

/** The settings of a local cloud. */
export interface LocalCloudOptions {
  /** The built updater, `index.mjs`, or a function that builds it in a folder of this cloud. */
  updaterFile: string | ((folder: string) => Promise<string>);
  /** The folder of its journal and logs, by which the CLI finds it. */
  stateFolder: string;
  /** Port of the edge; 0 picks a free one. Default 8080. */
  port?: number;
  /** Default `localhost`; `''` is bare mode. */
  baseDomain?: string;
  /** Delay from the store to the edge. Default 200; CloudFront takes 20,000–30,000. */
  propagation?: Milliseconds;
  /** Milliseconds of the instances' transitional states. */
  delays?: Partial<Delays>;
  /** Time between sweeps. Default 60,000, as on AWS. */
  sweepEvery?: Milliseconds;
  /** Viewers sign in at the edge, with the provider of this machine. It needs a base domain whose apps are of one site: `dev.localhost`. */
  signIn?: {
    /** The built concierge, `index.mjs`, or a function that builds it in a folder of this cloud. */
    conciergeFile: string | ((folder: string) => Promise<string>);
  };
  /** The setting `claims`: who may claim which names, and which names may be public. */
  claims?: readonly ClaimRule[];
  /** Writes access logs and counts them. Absent: none. */
  accessLogs?: {
    /** The built function that counts logs, `index.mjs`, or a function that builds it in a folder of this cloud. */
    trafficFile: string | ((folder: string) => Promise<string>);
    /** Time from the first line of a file to its delivery. Default 10,000; CloudFront takes up to an hour. */
    every?: Milliseconds;
  };
  /** Default: that of this machine. */
  clock?: LocalClock;
  /** Instances that boot while the updater starts. */
  launched?: readonly LaunchRequest[];
  onRequest?: (record: RequestRecord) => void;
  onChange?: (change: Change) => void;
  /** Receives messages for people: a failed batch, an error of the updater. */
  onTrouble?: (message: string) => void;
}

/** A whole deployment on this machine. */
export interface LocalCloud extends Omit<LocalAws, 'view' | 'started'> {
  /** The portal's origin: `http://localhost:8080`. */
  url: string;
  /** The address of the provider; present with sign-in. */
  issuer?: string;
  /** Sign-in's secrets; present with sign-in. */
  signIn?: Pick<LocalSignIn, 'rotate' | 'secrets' | 'provider'>;
  port: number;
  baseDomain: string;
  /** Resolves when all finished requests are in the access logs and counted. */
  flushLogs(): Promise<void>;
  /** Ends all servers, instances and the updater. Keeps journal and logs. */
  dispose(): Promise<void>;
}

/**
 * Starts a whole deployment on this machine. EC2, EventBridge's queue, S3, the KeyValueStore and the edge are stand-ins; router
 * and updater are the files that AWS runs.
 *
 * @throws StateFolderError, PortInUseError, EdgeBuildRefusedError, or an error of the updater's start; everything is stopped then
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const teardown = new Teardown();
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(options: LocalCloudOptions, teardown: Teardown): Promise<LocalCloud> {
  const { baseDomain = 'localhost', propagation = 200, delays = {} } = options;
  const { claims, launched = [], onTrouble = () => {}, onChange = () => {} } = options;
  const clock = options.clock ?? new LocalClock();
  const folder = await StateFolder.open(options.stateFolder);
  teardown.add(() => folder.close());
  const updaterFile = prepareUpdater(folder, options);
  const signIn = options.signIn && new LocalSignIn(folder, { baseDomain, clock });
  const routers = routersOnce({
    ...{ baseDomain, scheme: 'http' },
    ...(signIn ? { signIn: { deployment: DEPLOYMENT } } : {}),
  });
  const { view, started, ...aws } = await startAws(
    {
      ...{ folder, updaterFile, baseDomain, propagation, delays, clock, onTrouble, routers },
      ...(signIn ? { signIn } : {}),
      ...(claims ? { claims } : {}),
    },
    teardown,
  );
  aws.timeline.onChange(onChange);
  aws.send(sweepEvent(clock));
  for (const launch of launched) aws.fleet.runInstances(launch);
  const traffic = prepareTraffic(options, { folder, api: aws.api, started }, teardown);
  const concierge = prepareConcierge(
    options,
    { signIn, baseDomain, folder, api: aws.api, started, clock },
    teardown,
  );
  const parts = {
    ...{ baseDomain, view, aws, clock, routers, site: fillSite(folder) },
    ...(traffic ? { traffic } : {}),
    ...(concierge ? { originFunction: concierge.originFunction } : {}),
  };
  // Commands find the cloud as soon as its portal answers. The queue keeps their events until the updater has started.
  const edge = startLocalEdge(options, parts, teardown).then(async ({ port }) => {
    const url = `http://${baseDomain || 'localhost'}:${port}`;
    const issuer = await concierge?.open(port);
    folder.announce({ pid: process.pid, portal: `${url}/_proxy/`, api: aws.api.url, baseDomain });
    teardown.add(() => folder.withdraw());
    return { url, port, ...(issuer === undefined ? {} : { issuer }) };
  });
  // The teardown must know the edge before an error of the updater ends this function.
  await Promise.allSettled([edge, started]);
  await started;
  const opened = await edge;
  const sweeps = setInterval(() => aws.send(sweepEvent(clock)), options.sweepEvery ?? 60_000);
  teardown.add(() => clearInterval(sweeps));
  const flushLogs = async () => traffic?.flush();
  return {
    ...{ ...aws, ...opened, baseDomain, flushLogs },
    ...(signIn ? { signIn } : {}),
    dispose: () => teardown.run(),
  };
}

interface ConciergeParts extends Pick<LocalAws, 'api' | 'started'> {
  signIn: LocalSignIn | undefined;
  baseDomain: string;
  folder: StateFolder;
  clock: LocalClock;
}

function prepareConcierge(
  options: LocalCloudOptions,
  { signIn, started, ...parts }: ConciergeParts,
  teardown: Teardown,
): PreparedConcierge | undefined {
  if (options.signIn === undefined || signIn === undefined) return undefined;
  const conciergeFile = afterUpdater(
    options.signIn.conciergeFile,
    join(parts.folder.path, 'concierge'),
    started,
  );
  return signIn.prepare({ ...parts, deployment: DEPLOYMENT, conciergeFile }, teardown);
}

/** One build after the other, because the end of a build stops the compiler for all. */
function afterUpdater(
  file: string | ((folder: string) => Promise<string>),
  folder: string,
  started: Promise<void>,
): string | (() => Promise<string>) {
  return typeof file === 'string' ? file : () => started.then(() => file(folder));
}

function prepareTraffic(
  { accessLogs, onTrouble = () => {} }: LocalCloudOptions,
  { folder, api, started }: Pick<LocalAws, 'api' | 'started'> & { folder: StateFolder },
  teardown: Teardown,
): LocalTraffic | undefined {
  if (accessLogs === undefined) return undefined;
  const { trafficFile: file, every = 10_000 } = accessLogs;
  const built = afterUpdater(file, join(folder.path, 'traffic'), started);
  return startTraffic({ folder, api, file: built, every, onTrouble }, teardown);
}

/** Each cloud runs its own copy, so that no build replaces a file of a running process. */
function prepareUpdater(
  { path }: StateFolder,
  { updaterFile }: LocalCloudOptions,
): AwsOptions['updaterFile'] {
  return typeof updaterFile === 'string' ? updaterFile : () => updaterFile(join(path, 'updater'));
}

/** Builds the routers at the first call. */
function routersOnce(constants: EdgeConstants): () => Routers {
  let built: Routers | undefined;
  return () => {
    built ??= buildRouters(constants);
    return built;
  };
}

interface EdgeParts {
  routers: () => Routers;
  baseDomain: string;
  view: LocalAws['view'];
  aws: Pick<LocalAws, 'fleet' | 'store'>;
  clock: LocalClock;
  site: string;
  traffic?: LocalTraffic;
  originFunction?: OriginFunction;
}

async function startLocalEdge(
  options: LocalCloudOptions,
  { routers, baseDomain, view, aws, clock, site, traffic, originFunction }: EdgeParts,
  teardown: Teardown,
): Promise<RunningEdge> {
  const router = compileRouters(routers(), { read: view.read, now: clock.now });
  const edge = await startEdge({
    port: options.port ?? 8080,
    edge: () => router,
    resolve: (name, port) => aws.fleet.resolve(name, port),
    explain: (host) => explainSilence(host, aws),
    site,
    siteHeaders: compileHeaders(buildHeaders()),
    distributionDomainName: DISTRIBUTION_DOMAIN,
    now: clock.now,
    domain: baseDomain || 'localhost',
    ...(originFunction ? { originFunction } : {}),
    ...(options.onRequest ? { onRequest: options.onRequest } : {}),
    ...(traffic ? { onLogLine: traffic.add } : {}),
  });
  teardown.add(edge.disposeServer);
  return edge;
}

/** Explains why a name does not answer, as far as this machine knows. */
async function explainSilence(host: string, { fleet, store }: EdgeParts['aws']): Promise<string | undefined> {
  const entry = decodeEntry(store.get(host) ?? '');
  for (const { id } of entry?.instances ?? []) {
    const trouble = await fleet.findTrouble(id);
    if (trouble !== undefined) return `${id}: ${trouble}`;
  }
  return undefined;
}

/**
 * Fills the site bucket as a deployment does: the portal is below `_proxy/`, and the updater adds the list of routes. The command that
 * the portal shows must work from the folder of an app.
 */
function fillSite(folder: StateFolder): string {
  const site = join(folder.buckets, 'site');
  buildPortal(join(site, '_proxy'));
  const page = join(site, '_proxy/index.html');
  const command = OWN_COMMAND.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace('npx dynamic-edge-proxy', () => command),
  );
  return site;
}

/** The event that the schedule sends each minute. Its id is unique, or the queue would drop it as a duplicate. */
function sweepEvent({ now }: Pick<LocalClock, 'now'>) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: `${new Date(now()).toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [],
    detail: {},
  };
}
