import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { appendFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hostCrtBinary } from '../build/crt.ts';
import type { ClaimRule } from '../core/settings/claim-rules.ts';
import type { Milliseconds } from '../core/wire/brands.ts';
import { startApi } from './api-server.ts';
import { CODES } from './dns/dns-message.ts';
import { startDnsServer } from './dns/dns-server.ts';
import { REGION } from './ec2/addresses.ts';
import { ec2Handler } from './ec2/api/ec2-server.ts';
import { ACCOUNT } from './ec2/cloudtrail.ts';
import { LocalFleet } from './ec2/fleet.ts';
import type { Delays } from './ec2/machines/machine.ts';
import type { Routers } from './edge/function/deployed-router.ts';
import { EdgeView } from './kvs/edge-view.ts';
import { KeyValueStore } from './kvs/key-value-store.ts';
import { kvsHandler } from './kvs/kvs-server.ts';
import { EventQueue } from './lambda/event-queue.ts';
import { LocalLambda } from './lambda/lambda.ts';
import type { LocalClock } from './lambda/local-clock.ts';
import { sqsHandler } from './lambda/sqs-server.ts';
import { S3Folder } from './s3/s3-folder.ts';
import { s3Handler } from './s3/s3-server.ts';
import { systemScheduler } from './scheduler.ts';
import { secretsHandler } from './secrets/secrets-server.ts';
import type { LocalSignIn } from './sign-in/local-sign-in.ts';
import { GROUP } from './sign-in/people.ts';
import type { StateFolder } from './state/state-folder.ts';
import type { Teardown } from './teardown.ts';
import { Timeline } from './timeline.ts';

/** The settings of the local AWS. */
export interface AwsOptions {
  folder: StateFolder;
  /** The built updater, `index.mjs`, or a function that builds it while the other parts start. */
  updaterFile: string | (() => Promise<string>);
  baseDomain: string;
  /** From the store to the edge. */
  propagation: Milliseconds;
  delays: Partial<Delays>;
  signIn?: LocalSignIn;
  /** The setting `claims`. */
  claims?: readonly ClaimRule[];
  clock: LocalClock;
  /** Builds the routers that the edge runs, once. */
  routers: () => Routers;
  /** Receives messages for people: a failed batch, an error of the updater. */
  onTrouble: (message: string) => void;
}

/** All of a deployment except the edge. */
export interface LocalAws {
  /** The endpoint of all services and its credentials. */
  api: {
    url: string;
    server: Server;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Resolves when the updater has started and receives the events that have waited. */
  started: Promise<void>;
  fleet: LocalFleet;
  store: KeyValueStore;
  view: EdgeView;
  timeline: Timeline;
  /** Calls of the KeyValueStore API since the start. */
  storeCalls: Readonly<Record<string, number>>;
  /** Sends an event as EventBridge would. */
  send(event: unknown): void;
  /** Resolves when no instance is changing and the updater has handled every event. */
  settled(): Promise<void>;
}

/** The id of the local deployment. */
export const DEPLOYMENT = 'local';

const KVS_ARN = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/00000000-0000-4000-8000-000000000000`;

/** Starts EC2, EventBridge with its queue, S3 and the KeyValueStore, and begins to start the updater in Lambda. */
export async function startAws(options: AwsOptions, teardown: Teardown): Promise<LocalAws> {
  const { folder, onTrouble, propagation, delays, signIn, clock } = options;
  const store = new KeyValueStore({ clock });
  const view = new EdgeView(store, { delay: propagation, clock });
  const timeline = new Timeline(store, view);
  const queue = new EventQueue({ onFailure: onTrouble });
  // Any number of callers may wait at the same time.
  const sent = new EventEmitter().setMaxListeners(0);
  const send = (event: unknown) => {
    timeline.recordEvent(event, clock.now());
    queue.send(event);
    sent.emit('event');
  };
  const fleet = new LocalFleet({
    publish: send,
    logFolder: folder.logs,
    onTrouble: (id, what) => onTrouble(`${id}: ${what}`),
    delays,
    scheduler: { ...systemScheduler, now: clock.now },
  });
  const settled = () => waitForQuiet(queue, fleet, sent);
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: randomBytes(16).toString('hex') };
  // The native signer takes the machine's time.
  const keyValueStore = kvsHandler({ arn: KVS_ARN, store, credentials, clock: { now: Date.now } });
  const services = {
    ec2: ec2Handler({ fleet }),
    s3: s3Handler({ directory: folder.buckets }),
    sqs: sqsHandler(queue),
    ...(signIn ? { secrets: secretsHandler(signIn.secrets) } : {}),
    keyValueStore,
  };
  const list = () => fleet.list();
  const order = (json: unknown) => updater.invoke(json);
  const published = (name: string) => readPublished(folder, name);
  const readStore = () => describeStore(options, store);
  const readEdge = (keys: readonly string[]) => describeEdge(options, store, keys);
  const { url, server, dispose } = await startApi({
    ...services,
    ...{ timeline, published, readEdge, readStore, list, send, order, settled },
  });
  teardown.add(dispose);
  const api = { url, server, region: REGION, credentials };
  const dns = await startDnsServer((name) => fleet.lookUp(name) ?? CODES.noSuchName);
  teardown.add(() => dns.close());
  const updater = createUpdater(options, api, dns.address);
  teardown.add(() => updater.dispose());
  const started = updater
    .warm()
    .then(() => queue.connect(async (batch) => void (await updater.invoke(batch))));
  teardown.add(() => queue.close());
  teardown.add(() => fleet.dispose());
  return { api, started, fleet, store, view, timeline, storeCalls: keyValueStore.calls, send, settled };
}

/** The domain of the local distribution. */
export const DISTRIBUTION_DOMAIN = 'd111111abcdef8.cloudfront.net';

function describeEdge(
  { routers, baseDomain, signIn }: AwsOptions,
  store: KeyValueStore,
  keys: readonly string[],
): object {
  // Keys that are not hostnames hold the secrets of sign-in.
  const values = keys
    .filter((key) => !key.includes(':'))
    .flatMap((key) => {
      const value = store.get(key);
      return value === undefined ? [] : [[key, value]];
    });
  return {
    ...{ routers: routers(), baseDomain, distributionDomainName: DISTRIBUTION_DOMAIN },
    ...(signIn ? { deployment: DEPLOYMENT } : {}),
    values: Object.fromEntries(values),
  };
}

function describeStore({ baseDomain, claims, signIn }: AwsOptions, store: KeyValueStore): object {
  const { items } = store.list({ max: Number.POSITIVE_INFINITY });
  const values = items.filter(({ key }) => !key.includes(':')).map(({ key, value }) => [key, value]);
  return {
    ...{ deployment: DEPLOYMENT, baseDomain },
    ...(claims ? { claims: JSON.stringify(claims) } : {}),
    ...(signIn ? { groups: [GROUP] } : {}),
    values: Object.fromEntries(values),
  };
}

/** Reads a document of the portal from the site bucket. With sign-in the edge gives it to signed-in people only. */
function readPublished({ buckets }: StateFolder, name: string): string | undefined {
  const object = new S3Folder(buckets).get('site', `_proxy/${name}`);
  if (object === undefined) return undefined;
  const isCompressed = object.headers['content-encoding'] === 'gzip';
  return (isCompressed ? gunzipSync(object.body) : object.body).toString();
}

/** The transitional states. Each ends with an event. */
const PASSING: ReadonlySet<string> = new Set(['pending', 'stopping', 'shutting-down']);

async function waitForQuiet(queue: EventQueue, fleet: LocalFleet, sent: EventEmitter): Promise<void> {
  for (;;) {
    await queue.idle();
    if (!fleet.list().some(({ state }) => PASSING.has(state))) return;
    await once(sent, 'event');
  }
}

function createUpdater(
  { updaterFile, folder, baseDomain, signIn, claims, clock }: AwsOptions,
  api: LocalAws['api'],
  dnsServer: string,
): LocalLambda {
  const log = join(folder.logs, 'updater.log');
  return new LocalLambda({
    file: updaterFile,
    env: {
      ...localUpdaterEnvironment(baseDomain, api, dnsServer),
      ...signIn?.updaterEnvironment(api.url),
      ...(claims ? { CLAIMS: JSON.stringify(claims) } : {}),
    },
    print: (line) => appendFileSync(log, `${line}\n`),
    clock,
  });
}

/** The variables of infra/updater/updater-environment.ts, with the endpoints of the local AWS. */
function localUpdaterEnvironment(
  baseDomain: string,
  { url, credentials }: LocalAws['api'],
  dnsServer: string,
): Record<string, string> {
  return {
    DEPLOYMENT,
    BASE_DOMAIN: baseDomain,
    KVS_ARN,
    JOURNAL_BUCKET: 'journal',
    SITE_BUCKET: 'site',
    QUEUE_URL: `${url}/${ACCOUNT}/fleet.fifo`,
    REGIONS: REGION,
    ORIGIN_SECRET: randomUUID(),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_SQS: url,
    KVS_ENDPOINT: url,
    DNS_SERVER: dnsServer,
    ...hostCrtBinary(),
  };
}
