// Its mere import gives the KeyValueStore client its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import { randomUUID } from 'node:crypto';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { EmbeddedMetrics, powertoolsLog } from './adapters/powertools.ts';
import { systemClock } from './clock.ts';
import { type Clients, compose, type Handler, type Process } from './compose.ts';
import { type Environment, parseEnvironment } from './environment.ts';

function createHandler(environment: Environment): Handler {
  return compose(environment, createClients(environment), createProcess(environment));
}

function createClients(environment: Environment): Clients {
  return {
    keyValueStore: createStoreClient(environment),
    // The site bucket lies in us-east-1, wherever the updater runs.
    s3: new S3Client({ followRegionRedirects: true, maxAttempts: 2, requestHandler: QUICK }),
    ec2: (region, role) => new EC2Client({ region, ...EC2_PATIENCE, ...(role ? roleCredentials(role) : {}) }),
    secretsManager: () => new SecretsManagerClient({ maxAttempts: 2, requestHandler: QUICK }),
  };
}

/** Milliseconds for a connection. */
const CONNECTION = { connectionTimeout: 1_000 };

/**
 * Milliseconds for an answer, too: a service that takes a request and is silent must not use up the time that Lambda gives a
 * run. Without the last setting the SDK merely warns, and waits for 15 minutes.
 */
const QUICK = { ...CONNECTION, requestTimeout: 4_000, throwOnRequestTimeout: true };

/**
 * How long an answer may take, and how often EC2 is asked again when it throttles, Ec2Fleet says. Not the SDK's adaptive mode: after
 * throttling it holds calls back, those that nobody waits for any more too, and we would be blind for longer than EC2 throttles.
 */
const EC2_PATIENCE = { maxAttempts: 1, requestHandler: CONNECTION };

/** Credentials for an hour at a time, as the role in another account gives them. */
function roleCredentials(role: string) {
  return {
    credentials: fromTemporaryCredentials({
      params: { RoleArn: role, RoleSessionName: 'edge-proxy-updater' },
    }),
  };
}

function createProcess({ deployment }: Environment): Process {
  return {
    clock: systemClock,
    writer: randomUUID(),
    metrics: new EmbeddedMetrics(deployment),
    log: powertoolsLog(),
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
function createStoreClient({ keyValueStoreEndpoint, regions }: Environment): CloudFrontKeyValueStoreClient {
  const usual = { region: regions[0], requestHandler: QUICK };
  if (keyValueStoreEndpoint === undefined) return new CloudFrontKeyValueStoreClient(usual);
  const url = new URL(keyValueStoreEndpoint);
  return new CloudFrontKeyValueStoreClient({
    ...usual,
    endpointProvider: () => ({ url, properties: { authSchemes: [SIGV4A] } }),
  });
}

/**
 * The regional updater: invoked with batches of EC2 events from one FIFO message group, so that one writer runs at a
 * time. A batch whose routes could not be written comes back whole, by the error. Stands last: what it is made of must be there before.
 */
export const handler: Handler = createHandler(parseEnvironment(process.env));
