import { AssetStaging, FileAssetPackaging, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { packagePath } from '../packaged.ts';

/**
 * Name of the seed's object in the bucket of assets. CloudFormation compares the name and refuses every update that has
 * another one, so it is that of the first templates for good, whatever the file holds.
 */
const OBJECT = '792683cb41077564d19cf4380215e33df039c5a35410e2f36f63947830c97000';

/** What a new store is created with: one key that no hostname can be, so that it is no entry. Frozen. */
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
