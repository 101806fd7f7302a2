import { AssetStaging, FileAssetPackaging, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { packagePath } from '../packaged.ts';

/**
 * Name of the seed's object in the bucket of assets. CloudFormation refuses every update that changes it, so the name of
 * the first templates stays, whatever the file holds.
 */
const OBJECT = '792683cb41077564d19cf4380215e33df039c5a35410e2f36f63947830c97000';

/** The content of a new store: one key that cannot be a hostname, so that it is not an entry. Frozen. */
export class StoreSeed extends Construct {
  readonly source: cloudfront.ImportSource;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    const staging = new AssetStaging(this, 'File', { sourcePath: packagePath('infra/edge/store-seed.json') });
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      fileName: staging.relativeStagedPath(stack),
      packaging: FileAssetPackaging.FILE,
      sourceHash: OBJECT,
      deployTime: true,
    });
    const bucket = s3.Bucket.fromBucketName(this, 'Bucket', bucketName);
    this.source = cloudfront.ImportSource.fromBucket(bucket, objectKey);
  }
}
