import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';

/** A deployment has buckets in two regions. */
function clientOf(): S3Client {
  return new S3Client({ region: 'us-east-1', followRegionRedirects: true });
}

export async function objectsIn(bucket: string, prefix: string) {
  const objects: { key: string; at: number }[] = [];
  for await (const page of paginateListObjectsV2({ client: clientOf() }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key = '', LastModified } of page.Contents ?? [])
      objects.push({ key: Key, at: LastModified?.getTime() ?? 0 });
  return objects;
}

/** Deletes every bucket with this beginning of its name, including versions and markers. */
export async function removeBuckets(beginning: string): Promise<void> {
  const { Buckets = [] } = await clientOf().send(new ListBucketsCommand({ Prefix: beginning }));
  for (const { Name = '' } of Buckets) {
    // Without the prefix, these would be all buckets of the account.
    if (!beginning.startsWith('edge-proxy-e2e-') || !Name.startsWith(beginning)) continue;
    // The policy of the journal's bucket forbids deletion; the bucket remains if its stack could not be destroyed.
    await clientOf().send(new DeleteBucketPolicyCommand({ Bucket: Name }));
    await empty(Name);
    await clientOf().send(new DeleteBucketCommand({ Bucket: Name }));
  }
}

/** Deletes the objects of each page before the next page is listed. */
async function empty(bucket: string): Promise<void> {
  for (;;) {
    const page = await clientOf().send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (versions.length === 0) return;
    const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await clientOf().send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors[0]) throw new Error(`${bucket}: ${Errors[0].Key} was not deleted: ${Errors[0].Message}`);
  }
}
