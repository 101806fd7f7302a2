import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { kvsHandler } from '../../../local/kvs/kvs-server.ts';
import { s3Handler } from '../../../local/s3/s3-server.ts';
import { CloudFrontRouteStore } from '../../../updater/adapters/key-value-store.ts';
import { CREDENTIALS } from '../aws/ec2-client.ts';
import { KVS_ARN, KVS_CREDENTIALS, kvsClient } from '../aws/kvs-client.ts';
import { serveOnLoopback } from '../aws/loopback.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type StaleETag = 'ValidationException' | 'ConflictException';

/** The real SDK and signer with the local service; closed after the test. */
export async function storeService(
  staleETag: StaleETag = 'ValidationException',
  credentials = KVS_CREDENTIALS,
) {
  const store = new KeyValueStore({ clock: Date, staleETag });
  const handler = kvsHandler({ arn: KVS_ARN, store, credentials: KVS_CREDENTIALS, clock: Date });
  const server = await serveOnLoopback(handler);
  const client = kvsClient(server.url, { credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { store, client, calls: handler.calls };
}

/** The updater's adapter with the same service. */
export async function cloudFrontStore(staleETag?: StaleETag, credentials = KVS_CREDENTIALS, arn = KVS_ARN) {
  const { client, calls } = await storeService(staleETag, credentials);
  return { adapter: new CloudFrontRouteStore(client, arn), calls };
}

/** A real client for a local S3 with the bucket `journal`; closed after the test. */
export async function s3Client(): Promise<S3Client> {
  const directory = await temporaryFolder();
  await mkdir(join(directory, 'journal'));
  const server = await serveOnLoopback(s3Handler({ directory }));
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: server.url,
    forcePathStyle: true,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return client;
}
