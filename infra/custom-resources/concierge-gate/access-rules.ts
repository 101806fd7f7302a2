import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ACCESS_KEY, printAccessFile } from '../../../core/entry/access-file.ts';
import type { UntilAllowed } from '../until-allowed.ts';

/** Until the updater has run, no name has an access rule. The sequence number 0 opens no app: that of each entry is higher. */
const NONE = printAccessFile({ sequence: 0, epoch: 0, hosts: new Map(), signedOut: new Map() });

/** Writes a file without access rules, unless there is a file: the function answers 503 without one. */
export async function putAccessFile(client: S3Client, bucket: string, allowed: UntilAllowed): Promise<void> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: ACCESS_KEY,
    Body: NONE,
    ContentType: 'application/json',
    CacheControl: 'no-store',
    IfNoneMatch: '*',
  });
  try {
    await allowed.call(() => client.send(command));
  } catch (error) {
    // 412: there is a file. 409: the updater writes one at this moment.
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status !== 412 && status !== 409) throw error;
  }
}
