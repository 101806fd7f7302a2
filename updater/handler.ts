// Its mere import gives the KeyValueStore client its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import { createHmac, randomUUID } from 'node:crypto';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { settingsOf } from '../core/settings.ts';
import { Ec2Fleet, fleetOf } from './adapters/ec2.ts';
import { CloudFrontRouteStore } from './adapters/key-value-store.ts';
import { S3Journal, S3Notebook } from './adapters/s3.ts';
import { type Environment, environmentOf } from './environment.ts';
import { KnownStore } from './known-store.ts';
import { type RunParts, run } from './run.ts';

/** Everything the updater is made of, put together once for an environment. */
const parts = partsOf(environmentOf(process.env));

/**
 * The regional updater: invoked with batches of EC2 events from one FIFO message group, so that one writer runs at a
 * time. A batch whose routes could not be written comes back whole, by the error.
 */
export async function handler(
  event: SQSEvent,
  context: Pick<Context, 'awsRequestId'>,
): Promise<SQSBatchResponse> {
  const messages = event.Records.map(({ body, attributes }) => ({
    body,
    sentAt: Number(attributes.SentTimestamp),
    attempt: Number(attributes.ApproximateReceiveCount),
  }));
  await run(parts, messages, context.awsRequestId);
  return { batchItemFailures: [] };
}

/** One line of JSON, as CloudWatch Logs reads it. */
function log(line: Record<string, unknown>): void {
  console.log(JSON.stringify(line));
}

function partsOf(environment: Environment): RunParts {
  const { owner, baseDomain, certificateNames, journalBucket, siteBucket, regions } = environment;
  // The site bucket lies in us-east-1, wherever the updater runs.
  const s3 = new S3Client({ followRegionRedirects: true });
  const store = new CloudFrontRouteStore(keyValueStoreClient(environment), environment.keyValueStoreArn);
  const mirror = new S3Notebook(s3, journalBucket, `mirror/${owner}.json`);
  return {
    settings: settingsOf({ owner, baseDomain, ...(certificateNames ? { certificateNames } : {}) }),
    fleet: fleetOf(
      regions.map(
        (region) => new Ec2Fleet(new EC2Client({ region, maxAttempts: 6, retryMode: 'adaptive' }), region),
      ),
    ),
    store: new KnownStore(store, mirror, randomUUID(), (message) => log({ level: 'WARN', message })),
    journal: new S3Journal(s3, journalBucket),
    routesFile: new S3Notebook(s3, siteBucket, '_proxy/routes.json'),
    watched: { regions },
    clock: { now: Date.now, random: Math.random, sleep: (ms) => new Promise((done) => setTimeout(done, ms)) },
    tokenOf: (hostname) => tokenOf(environment.originSecret, hostname),
    log,
  };
}

/** What the service's own endpoint rules say; the type asks for the last two, the signer for neither. */
const SIGV4A = {
  name: 'sigv4a',
  signingName: 'cloudfront-keyvaluestore',
  signingRegionSet: ['*'],
  signingRegion: '*',
  properties: {},
};

/** With a plain `endpoint` the SDK would put the account id before the host, which 127.0.0.1 can't bear. */
function keyValueStoreClient({ keyValueStoreEndpoint, regions }: Environment): CloudFrontKeyValueStoreClient {
  if (keyValueStoreEndpoint === undefined) return new CloudFrontKeyValueStoreClient({ region: regions[0] });
  const url = new URL(keyValueStoreEndpoint);
  return new CloudFrontKeyValueStoreClient({
    region: regions[0],
    endpointProvider: () => ({ url, properties: { authSchemes: [SIGV4A] } }),
  });
}

/** 96 bits of HMAC-SHA-256: more than the 80 that RFC 2104 asks for, in 16 characters of a value that holds 1 KB. */
function tokenOf(secret: string | undefined, hostname: string): string {
  if (secret === undefined) return '';
  return createHmac('sha256', secret).update(hostname).digest('base64url').slice(0, 16);
}
