import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ACCESS_KEY } from '../core/entry/access-file.ts';
import type { Watched } from '../core/events/fleet-event.ts';
import { DOCUMENTS, historyName, SITE_FOLDER } from '../core/journal/site-documents.ts';
import type { Json } from '../core/json.ts';
import { liveKey, type Shard } from '../core/live/shard.ts';
import { completeSettings } from '../core/settings/settings.ts';
import { tokenCountsKey } from '../core/settings/token-counts.ts';
import type { OrderAnswer } from '../core/sign-in/order-answer.ts';
import { ordersKey } from '../core/sign-in/orders.ts';
import { LIMITS } from '../core/wire/limits.ts';
import { combineSources, Ec2Fleet, type Source } from './adapters/ec2.ts';
import { CloudFrontRouteStore } from './adapters/key-value-store.ts';
import { S3Journal, S3Notebook } from './adapters/s3.ts';
import { ManagedSecret } from './adapters/secrets-manager.ts';
import { accountOf, type Environment, regionOf } from './environment.ts';
import { Truth } from './live/truth.ts';
import { Meter } from './meter.ts';
import { PublicNames } from './names/public-names.ts';
import type { BatchQueue, Clock, Metrics, Resolver } from './ports.ts';
import { createMemory } from './run/memory.ts';
import type { PartCheck, RunParts, SiteDocuments } from './run/parts.ts';
import { run } from './run/run.ts';
import { answerOrder } from './sign-in/answer-order.ts';
import { OrdersBook } from './sign-in/orders-book.ts';
import { SessionSecret } from './sign-in/session-secret.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { KnownStore } from './store/known-store.ts';
import type { MirrorDocuments } from './store/own-mirror.ts';
import { OriginTokens } from './tokens/origin-tokens.ts';
import { tokenCountsReader } from './tokens/token-counts.ts';
import type { TokenOf } from './tokens/tokens.ts';

/** The AWS SDK's clients. */
export interface Clients {
  keyValueStore: CloudFrontKeyValueStoreClient;
  s3: S3Client;
  /** @param role in another account to assume */
  ec2: (region: string, role?: string) => EC2Client;
  /**
   * Called only if the environment names a secret in Secrets Manager.
   *
   * @param region default: that of the function
   */
  secretsManager: (region?: string) => SecretsManagerClient;
  /** Called only after a failed run. */
  queue: () => Promise<BatchQueue>;
}

/** The parts of one process. The handler passes real parts, the simulator its own. */
export interface Process {
  clock: Clock;
  /** A unique id of this process, so that equal mirrors of two writers differ. */
  writer: string;
  resolver: Resolver;
  metrics: Metrics;
  log: (line: Record<string, unknown>) => void;
  /** See ReconcileParts. */
  onPart?: (check: PartCheck) => void;
}

/** The updater in one process. */
export interface Updater {
  /** Handles a batch of the queue. */
  handle: Handler;
  /** Carries out an order about sign-in, which a person gives by invoking the function. */
  answer: (order: Json, context: Pick<Context, 'awsRequestId'>) => Promise<OrderAnswer>;
}

/** Handles batches of the queue. */
export type Handler = (
  event: SQSEvent,
  context: Pick<Context, 'awsRequestId'> & Partial<Pick<Context, 'invokedFunctionArn'>>,
) => Promise<SQSBatchResponse>;

/** Builds the updater. Clients and process are passed in, so that a simulation replaces nothing else. */
export function compose(environment: Environment, clients: Clients, around: Process): Updater {
  const tokens = createTokens(environment, clients, around);
  const signIn = createSignIn(environment, clients, around, tokens);
  const parts = {
    ...createParts(environment, clients, around, tokens),
    ...(signIn ? { signIn: signIn.runs, truth: signIn.truth } : {}),
  };
  const handle: Handler = async (event, context) => {
    await tokens.refresh();
    const watched = watchedBy(environment, context.invokedFunctionArn);
    const messages = event.Records.map(({ body, attributes, receiptHandle }) => ({
      body,
      receipt: receiptHandle,
      sentAt: Number(attributes.SentTimestamp),
      attempt: Number(attributes.ApproximateReceiveCount),
    }));
    await run({ ...parts, watched }, messages, context.awsRequestId);
    return { batchItemFailures: [] };
  };
  const answer: Updater['answer'] = async (order, { awsRequestId }) =>
    signIn
      ? answerOrder({ ...parts, ...signIn }, order, awsRequestId)
      : {
          refused:
            'this deployment has no sign-in; the settings signInIssuer and its companions switch it on',
        };
  return { handle, answer };
}

function createSignIn(
  { signIn, deployment, journalBucket }: Environment,
  clients: Clients,
  around: Process,
  { originKey, firstTokenOf }: TokenSource,
) {
  if (signIn === undefined) return undefined;
  const { clock, log } = around;
  const { s3 } = clients;
  const warn = (message: string) => log({ level: 'ERROR', message });
  const arn = signIn.sessionSecretArn;
  const managed = new ManagedSecret(clients.secretsManager(regionOf(arn)), arn);
  const secret = new SessionSecret(managed, deployment, clock, warn);
  const book = new OrdersBook(new S3Notebook(s3, journalBucket, ordersKey(deployment)), clock, warn);
  const accessFile = new S3Notebook(s3, signIn.accessBucket, ACCESS_KEY);
  const documentOf = (shard: Shard) => new S3Notebook(s3, signIn.accessBucket, liveKey(shard));
  return {
    ...{ secret, book },
    runs: new SignIn({ secret, book, accessFile, originKey, log }),
    truth: new Truth({ deployment, documentOf, firstTokenOf, clock, log }),
  };
}

interface TokenSource {
  refresh(): Promise<void>;
  tokenOf: TokenOf;
  tokenEpoch: () => number;
  /** See OriginTokens. */
  originKey: () => string | undefined;
  firstTokenOf: TokenOf;
}

const NO_TOKENS: TokenSource = {
  refresh: async () => {},
  tokenOf: () => '',
  tokenEpoch: () => 0,
  originKey: () => undefined,
  // The router ignores an address without a token, so no hint has one.
  firstTokenOf: () => undefined,
};

function createTokens(environment: Environment, clients: Clients, { clock, log }: Process): TokenSource {
  const { originSecret, journalBucket, deployment } = environment;
  if (originSecret === undefined) return NO_TOKENS;
  const secret =
    'value' in originSecret
      ? { read: async () => originSecret.value }
      : new ManagedSecret(clients.secretsManager(), originSecret.arn);
  const counts = tokenCountsReader(
    new S3Notebook(clients.s3, journalBucket, tokenCountsKey(deployment)),
    clock,
  );
  const tokens = new OriginTokens(secret, counts, clock, (message) => log({ level: 'ERROR', message }));
  return {
    refresh: () => tokens.refresh(),
    tokenOf: (hostname) => tokens.tokenOf(hostname),
    tokenEpoch: () => tokens.epoch,
    originKey: () => tokens.originKey,
    firstTokenOf: (hostname) => tokens.firstTokenOf(hostname),
  };
}

/** Events from our own account and from accounts whose instances are listed; from all accounts if our own is unknown. */
function watchedBy({ regions, readerRoles }: Environment, functionArn: string | undefined): Watched {
  if (functionArn === undefined) return { regions };
  return { regions, accounts: [functionArn, ...readerRoles].map(accountOf) };
}

/** Every region of our own account and of each account in which the updater has a role. */
function createSources({ regions, readerRoles }: Environment, clients: Clients, clock: Clock): Source[] {
  const roles = [undefined, ...readerRoles];
  return roles.flatMap((role) =>
    regions.map((region) => {
      const source = role === undefined ? region : `${accountOf(role)}/${region}`;
      return new Ec2Fleet(clients.ec2(region, role), region, clock, source);
    }),
  );
}

/** The documents beside the portal. */
function createSiteDocuments(s3: S3Client, bucket: string): SiteDocuments {
  const open = (name: string, type = 'application/json') =>
    new S3Notebook(s3, bucket, `${SITE_FOLDER}/${name}`, { type, forBrowsers: true });
  return {
    routesFile: open(DOCUMENTS.routes),
    changesFile: open(DOCUMENTS.changes),
    statusFile: open(DOCUMENTS.status),
    pageFile: open(DOCUMENTS.page, 'text/html; charset=utf-8'),
    historyFile: (hostname) => open(historyName(hostname)),
  };
}

function createParts(
  environment: Environment,
  clients: Clients,
  around: Process,
  { tokenOf, tokenEpoch }: TokenSource,
): Omit<RunParts, 'watched'> {
  const { deployment, baseDomain, certificateNames, claims, signIn } = environment;
  const { journalBucket, siteBucket } = environment;
  const { clock, writer, resolver, metrics, log, onPart } = around;
  const meter = new Meter(clock);
  const store = new CloudFrontRouteStore(clients.keyValueStore, environment.keyValueStoreArn);
  const mirror: MirrorDocuments = {
    head: new S3Notebook(clients.s3, journalBucket, `mirror/${deployment}.json`),
    bases: [
      new S3Notebook(clients.s3, journalBucket, `mirror/base-0/${deployment}.json`),
      new S3Notebook(clients.s3, journalBucket, `mirror/base-1/${deployment}.json`),
    ],
  };
  return {
    settings: completeSettings({
      ...{ deployment, baseDomain },
      ...(certificateNames ? { certificateNames } : {}),
      ...(claims ? { claims } : {}),
      ...(signIn ? { signIn: { groups: signIn.groups } } : {}),
    }),
    mode: environment.mode,
    queue: { returnAfter: async (receipts, delay) => (await clients.queue()).returnAfter(receipts, delay) },
    fleet: meter.watchFleet(combineSources(createSources(environment, clients, clock), clock)),
    store: new KnownStore(meter.watchStore(store, LIMITS.listPage), mirror, {
      ...{ deployment, writer },
      warn: (message) => log({ level: 'WARN', message }),
      now: () => clock.now(),
    }),
    memory: createMemory(),
    portal: environment.portal,
    journal: new S3Journal(clients.s3, journalBucket, clock),
    ...createSiteDocuments(clients.s3, siteBucket),
    clock,
    names: new PublicNames(resolver, clock),
    tokenOf,
    tokenEpoch,
    ...(onPart ? { onPart } : {}),
    meter,
    metrics,
    log,
  };
}
