// The import has a side effect: the KeyValueStore client gets its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { World, Written } from '../world.ts';

function clientOf(): CloudFrontKeyValueStoreClient {
  // One attempt, because the service's own answer is the result.
  return new CloudFrontKeyValueStoreClient({ region: 'us-east-1', maxAttempts: 1 });
}

export async function etagOf(storeArn: string): Promise<string> {
  const { ETag = '' } = await clientOf().send(new DescribeKeyValueStoreCommand({ KvsARN: storeArn }));
  return ETag;
}

/** One UpdateKeys. A refusal of the service is a result, a broken connection is an error. */
export async function writeKeys(
  storeArn: string,
  { puts, deletes, etag }: Parameters<World['write']>[1],
): Promise<Written> {
  const command = new UpdateKeysCommand({
    KvsARN: storeArn,
    IfMatch: etag,
    Puts: Object.entries(puts).map(([Key, Value]) => ({ Key, Value })),
    Deletes: deletes.map((Key) => ({ Key })),
  });
  try {
    const { ETag = '' } = await clientOf().send(command);
    return { etag: ETag };
  } catch (error) {
    if (!(error instanceof Error) || !('$fault' in error)) throw error;
    return { error: `${error.name}: ${error.message}` };
  }
}
