// Its mere import gives the KeyValueStore client its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { World, Written } from '../world.ts';

function clientOf(): CloudFrontKeyValueStoreClient {
  // One attempt: how the service answers is the question.
  return new CloudFrontKeyValueStoreClient({ region: 'us-east-1', maxAttempts: 1 });
}

export async function etagOf(storeArn: string): Promise<string> {
  const { ETag = '' } = await clientOf().send(new DescribeKeyValueStoreCommand({ KvsARN: storeArn }));
  return ETag;
}

/** One UpdateKeys; the service's refusal is an answer, a broken connection is none. */
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
