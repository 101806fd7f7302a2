import { createHmac } from 'node:crypto';
import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { LIMITS } from '../core/limits.ts';
import { settingsOf } from '../core/settings.ts';
import { Ec2Fleet, fleetOf } from './adapters/ec2.ts';
import { CloudFrontRouteStore } from './adapters/key-value-store.ts';
import { S3Journal, S3Notebook } from './adapters/s3.ts';
import type { Environment } from './environment.ts';
import { KnownStore } from './known-store.ts';
import { Meter } from './meter.ts';
import type { Clock, Metrics } from './ports.ts';
import { type RunParts, run } from './run.ts';

/** The services as the SDK reaches them. */
export interface Clients {
  keyValueStore: CloudFrontKeyValueStoreClient;
  s3: S3Client;
  ec2: (region: string) => EC2Client;
}

/** What a process brings along: the handler's is real, a simulation decides each part. */
export interface Surroundings {
  clock: Clock;
  /** Unique for this process: equal content by two writers must not look the same. */
  writer: string;
  metrics: Metrics;
  log: (line: Record<string, unknown>) => void;
}

/** What Lambda calls. */
export type Handler = (event: SQSEvent, context: Pick<Context, 'awsRequestId'>) => Promise<SQSBatchResponse>;

/** The whole updater but its clients and its process, so that both may be simulated and nothing else need be. */
export function compose(environment: Environment, clients: Clients, around: Surroundings): Handler {
  const parts = partsOf(environment, clients, around);
  return async (event, context) => {
    const messages = event.Records.map(({ body, attributes }) => ({
      body,
      sentAt: Number(attributes.SentTimestamp),
      attempt: Number(attributes.ApproximateReceiveCount),
    }));
    await run(parts, messages, context.awsRequestId);
    return { batchItemFailures: [] };
  };
}

function partsOf(environment: Environment, clients: Clients, around: Surroundings): RunParts {
  const { owner, baseDomain, certificateNames, journalBucket, siteBucket, regions } = environment;
  const { clock, writer, metrics, log } = around;
  const meter = new Meter(clock);
  const store = new CloudFrontRouteStore(clients.keyValueStore, environment.keyValueStoreArn);
  const mirror = new S3Notebook(clients.s3, journalBucket, `mirror/${owner}.json`);
  return {
    settings: settingsOf({ owner, baseDomain, ...(certificateNames ? { certificateNames } : {}) }),
    fleet: meter.fleet(fleetOf(regions.map((region) => new Ec2Fleet(clients.ec2(region), region)))),
    store: new KnownStore(meter.store(store, LIMITS.listPage), mirror, writer, (message) =>
      log({ level: 'WARN', message }),
    ),
    journal: new S3Journal(clients.s3, journalBucket, clock),
    routesFile: new S3Notebook(clients.s3, siteBucket, '_proxy/routes.json'),
    watched: { regions },
    clock,
    tokenOf: (hostname) => tokenOf(environment.originSecret, hostname),
    meter,
    metrics,
    log,
  };
}

/** 96 bits of HMAC-SHA-256: more than the 80 that RFC 2104 asks for, in 16 characters of a value that holds 1 KB. */
function tokenOf(secret: string | undefined, hostname: string): string {
  if (secret === undefined) return '';
  return createHmac('sha256', secret).update(hostname).digest('base64url').slice(0, 16);
}
