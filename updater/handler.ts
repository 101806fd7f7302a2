// This import registers the SigV4A signer that the KeyValueStore client needs.
import '@aws-sdk/signature-v4-crt';
import { randomUUID } from 'node:crypto';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { SQSEvent } from 'aws-lambda';
import { isJsonObject, type Json } from '../core/json.ts';
import { ListingProtocol } from './adapters/ec2-protocol.ts';
import { EmbeddedMetrics, powertoolsLog } from './adapters/powertools.ts';
import { PublicDns } from './adapters/public-dns.ts';
import { systemClock } from './clock.ts';
import { type Clients, compose, type Handler, type Process, type Updater } from './compose.ts';
import { type Environment, parseEnvironment } from './environment.ts';

function createUpdater(environment: Environment): Updater {
  return compose(environment, createClients(environment), createProcess(environment));
}

function createClients(environment: Environment): Clients {
  return {
    keyValueStore: createStoreClient(environment),
    // The site bucket is in us-east-1, whatever the region of the updater.
    s3: new S3Client({ followRegionRedirects: true, maxAttempts: 2, requestHandler: QUICK }),
    ec2: (region, role) => new EC2Client({ region, ...EC2_CLIENT, ...(role ? roleCredentials(role) : {}) }),
    secretsManager: (region) =>
      new SecretsManagerClient({ ...(region ? { region } : {}), maxAttempts: 2, requestHandler: QUICK }),
    // A cold start does without the client of SQS.
    queue: async () => {
      const { connectQueue } = await import('./adapters/sqs.ts');
      return connectQueue(environment.queueUrl, { maxAttempts: 2, requestHandler: QUICK });
    },
  };
}

/** Time limit for a connection, in milliseconds. */
const CONNECTION = { connectionTimeout: 1_000 };

/**
 * Time limits in milliseconds, so that a silent service does not use up the time that Lambda gives a run. Without
 * `throwOnRequestTimeout` the SDK only warns, and waits for 15 minutes.
 */
const QUICK = { ...CONNECTION, requestTimeout: 4_000, throwOnRequestTimeout: true };

/**
 * Ec2Fleet limits the time of an answer and retries throttled calls. The SDK's adaptive mode is unsuitable: after throttling it
 * delays even calls whose result is no longer needed, and the fleet stays unknown for longer than EC2 throttles.
 */
const EC2_CLIENT = { maxAttempts: 1, requestHandler: CONNECTION, protocol: ListingProtocol };

/** Temporary credentials, one hour at a time, from a role in another account. */
function roleCredentials(role: string) {
  return {
    credentials: fromTemporaryCredentials({
      params: { RoleArn: role, RoleSessionName: 'edge-proxy-updater' },
    }),
  };
}

function createProcess({ deployment, monitoring, dnsServer }: Environment): Process {
  return {
    clock: systemClock,
    writer: randomUUID(),
    resolver: new PublicDns(dnsServer),
    metrics: new EmbeddedMetrics(deployment, monitoring),
    log: powertoolsLog(),
  };
}

/** As in the service's endpoint rules. The type asks for the last two members, the signer for neither. */
const SIGV4A = {
  name: 'sigv4a',
  signingName: 'cloudfront-keyvaluestore',
  signingRegionSet: ['*'],
  signingRegion: '*',
  properties: {},
};

/** With a plain `endpoint` the SDK puts the account id in front of the host, which fails for 127.0.0.1. */
function createStoreClient({ keyValueStoreEndpoint, regions }: Environment): CloudFrontKeyValueStoreClient {
  const usual = { region: regions[0], requestHandler: QUICK };
  if (keyValueStoreEndpoint === undefined) return new CloudFrontKeyValueStoreClient(usual);
  const url = new URL(keyValueStoreEndpoint);
  return new CloudFrontKeyValueStoreClient({
    ...usual,
    endpointProvider: () => ({ url, properties: { authSchemes: [SIGV4A] } }),
  });
}

/** The queue's batches have records, and orders do not. */
function isBatch(event: Json): event is SQSEvent {
  return isJsonObject(event) && Array.isArray(event['Records']);
}

const updater = createUpdater(parseEnvironment(process.env));

/**
 * The updater's Lambda handler. It gets batches of EC2 events from one FIFO message group, so that one writer runs at a
 * time. It throws if the routes could not be written, and the queue delivers the whole batch again. A person who may invoke the
 * function gives it orders about sign-in instead. It stands last because it uses the constants above while the module loads.
 */
export const handler = (event: Json, context: Parameters<Handler>[1]) =>
  isBatch(event) ? updater.handle(event, context) : updater.answer(event, context);
