import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';

/** Folder of the bucket and path of the distribution: CloudFront passes paths on unchanged, so both are one name. */
export const SITE_FOLDER = '_proxy';

/** What viewers of a dead instance get, below the site's folder. */
export const UNREACHABLE_PAGE = 'errors/unreachable.html';

/** The directory has no page for dead instances. */
export class UnreachablePageMissingError extends Error {
  override name = 'UnreachablePageMissingError';

  constructor(directory: string) {
    super(
      `${directory} has no ${UNREACHABLE_PAGE}: without it CloudFront turns the 502 or 504 of a dead instance into S3's 403 for the missing page; restore the file, or name the directory that has it`,
    );
  }
}

/** The private bucket behind `/_proxy/*`: our own pages, and the route list that the updater publishes. */
export class Site extends Construct {
  readonly bucket: s3.IBucket;

  /**
   * @param directory Its files go below `_proxy/`.
   * @throws UnreachablePageMissingError
   */
  constructor(scope: Construct, id: string, directory: string) {
    super(scope, id);
    if (!existsSync(join(directory, UNREACHABLE_PAGE))) throw new UnreachablePageMissingError(directory);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFormation deletes empty buckets only.
      removalPolicy: RemovalPolicy.RETAIN,
      // Under exactOptionalPropertyTypes the CDK's own class does not fit its own interface.
    }) as s3.IBucket;
    new deployment.BucketDeployment(this, 'Files', {
      sources: [deployment.Source.asset(directory)],
      destinationBucket: this.bucket,
      destinationKeyPrefix: SITE_FOLDER,
      // Pruning would delete what the updater publishes beside our files.
      prune: false,
      // File names carry no hash: browsers ask each time and mostly hear 304.
      cacheControl: [deployment.CacheControl.noCache()],
      logGroup: new logs.LogGroup(this, 'FilesLog', {
        retention: logs.RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
  }
}
