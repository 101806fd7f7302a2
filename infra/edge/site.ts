import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { Duration, FileSystem, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { scriptHashOf, withConcierge } from '../../build/page-script.ts';
import { HISTORY_EXPIRY_DAYS } from '../../core/journal/history-file.ts';
import { HISTORY_FOLDER, SITE_FOLDER } from '../../core/journal/site-documents.ts';
import { acceptFindings, logicalIdOf } from '../accept.ts';
import { WILDCARDS } from '../wildcards.ts';

/** The page for instances that do not answer, below the site's folder. */
export const UNREACHABLE_PAGE = 'errors/unreachable.html';

/** Beginning of the id of the CDK's function that copies files into the bucket. */
const COPIER = 'Custom::CDKBucketDeployment';

/** The directory has no page for instances that do not answer. */
export class UnreachablePageMissingError extends Error {
  override name = 'UnreachablePageMissingError';

  constructor(directory: string) {
    super(
      `${directory} has no ${UNREACHABLE_PAGE}: without this page CloudFront answers S3's 404 instead of the 502 or 504 of an instance; restore the file, or pass the directory that has it`,
    );
  }
}

/** The private bucket behind `/_proxy/*`: our own pages, and the route list that the updater publishes. */
export class StaticSite extends Construct {
  readonly bucket: s3.IBucket;
  /** Hash of the script on the page for instances that do not answer: `sha256-…`. */
  readonly scriptHash: string;

  /**
   * @param directory Its files go below `_proxy/`.
   * @param hasConcierge whether the page for instances that do not answer asks the concierge
   * @throws UnreachablePageMissingError
   */
  constructor(scope: Construct, id: string, directory: string, hasConcierge: boolean) {
    super(scope, id);
    const page = join(directory, UNREACHABLE_PAGE);
    if (!existsSync(page)) throw new UnreachablePageMissingError(directory);
    const html = readFileSync(page, 'utf8');
    this.scriptHash = scriptHashOf(html);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          id: 'histories',
          prefix: `${SITE_FOLDER}/${HISTORY_FOLDER}`,
          expiration: Duration.days(HISTORY_EXPIRY_DAYS),
        },
      ],
      // CloudFormation deletes empty buckets only.
      removalPolicy: RemovalPolicy.RETAIN,
      // Under exactOptionalPropertyTypes the CDK's own class does not fit its own interface.
    }) as s3.IBucket;
    acceptFindings(this.bucket, {
      S1: 'holds pages and a list of hostnames that every viewer may read',
    });
    const files = copyWith(directory, hasConcierge ? withConcierge(html) : html);
    const packed = packScripts(files);
    this.deploy({
      Files: { directory: files },
      ...(packed ? { PackedFiles: { directory: packed, contentEncoding: 'gzip' } } : {}),
    });
  }

  private deploy(parts: Readonly<Record<string, { directory: string; contentEncoding?: string }>>): void {
    const logGroup = new logs.LogGroup(this, 'FilesLog', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'FilesRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    acceptFindings(role, {
      [`IAM5[Resource::<${logicalIdOf(this.bucket)}.Arn>/${SITE_FOLDER}/*]`]: WILDCARDS.portal.why,
    });
    const assetsOf = Object.entries(parts).map(([id, { directory, ...metadata }]) => ({
      ...{ id, metadata },
      files: new assets.Asset(this, id === 'Files' ? 'Directory' : `${id}Directory`, { path: directory }),
    }));
    for (const statement of copyStatements(
      assetsOf.map(({ files }) => files),
      this.bucket,
    ))
      role.addToPolicy(statement);
    for (const { id, files, metadata } of assetsOf) {
      const copy = new deployment.BucketDeployment(this, id, {
        sources: [deployment.Source.bucket(files.bucket, files.s3ObjectKey)],
        destinationBucket: this.bucket,
        destinationKeyPrefix: SITE_FOLDER,
        // Pruning would delete the route list, which the updater publishes beside our files.
        prune: false,
        // The names of most files carry no hash, so browsers revalidate each time and mostly get 304.
        cacheControl: [deployment.CacheControl.noCache()],
        // The CDK's own grants allow reading every asset of the account and writing and deleting anywhere in the bucket.
        role: role.withoutPolicyUpdates(),
        logGroup,
        ...metadata,
      });
      copy.node.addDependency(role);
    }
    for (const child of Stack.of(this).node.children.filter(({ node }) => node.id.startsWith(COPIER))) {
      acceptFindings(child, { L1: 'the CDK makes this function and chooses its runtime' });
    }
  }
}

/** A copy of the directory with this page for instances that do not answer. */
function copyWith(directory: string, html: string): string {
  const copy = FileSystem.mkdtemp('site-');
  cpSync(directory, copy, { recursive: true });
  writeFileSync(join(copy, UNREACHABLE_PAGE), html);
  return copy;
}

/**
 * Moves the scripts and styles of the portal into a directory of their own, compressed: CloudFront compresses only what it caches, and
 * every browser that runs the portal takes gzip. Undefined if there are none.
 */
function packScripts(directory: string): string | undefined {
  const names = readdirSync(directory).filter((name) => /\.(?:js|css)$/.test(name));
  if (names.length === 0) return undefined;
  const packed = FileSystem.mkdtemp('site-packed-');
  for (const name of names) {
    writeFileSync(join(packed, name), pack(readFileSync(join(directory, name))));
    rmSync(join(directory, name));
  }
  return packed;
}

/** The bytes as they are stored and sent. */
function pack(content: Buffer): Buffer {
  return gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
}

/** The permissions of `aws s3 cp` and `aws s3 sync` without `--delete`, for some assets and one folder. */
function copyStatements(files: readonly assets.Asset[], bucket: s3.IBucket): iam.PolicyStatement[] {
  const allow = (action: string, resource: string) =>
    new iam.PolicyStatement({ actions: [action], resources: [resource] });
  return [
    ...files.map((each) => allow('s3:GetObject', each.bucket.arnForObjects(each.s3ObjectKey))),
    allow('s3:ListBucket', bucket.bucketArn),
    allow('s3:PutObject', bucket.arnForObjects(`${SITE_FOLDER}/*`)),
  ];
}
