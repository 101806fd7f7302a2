import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/** What the updater may write: events as received, what was done about them, and what no parser could read. */
export const JOURNAL_PREFIXES = ['raw/', 'decisions/', 'quarantine/'] as const;

/** What one environment of the updater leaves to the next (updater/store/known-store.ts). */
export const MIRROR_PREFIX = 'mirror/';

/** The append-only record; nobody writes over it or deletes from it while its stack is there. Outlives its stack. */
export class JournalBucket extends s3.Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        // No cheaper class before that: those bill 128 KB for each of our objects of 1–8 KB. The counts of tokens stay.
        ...[...JOURNAL_PREFIXES, MIRROR_PREFIX].map((prefix) => ({ prefix, expiration: Duration.days(365) })),
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const statement of appendOnlyStatements(this)) this.addToResourcePolicy(statement);
    acceptFindings(this, {
      S1: 'is a log itself, written by one role; who reads it is in CloudTrail, if anybody asks for it',
    });
  }
}

/**
 * Denies for everybody, administrators included, what would change a record: a write that does not ask for a new key
 * (S3 User Guide, "Enforce conditional writes"), parts of large uploads among them, and deletions. Lifecycle rules are no
 * request, so records still expire.
 */
function appendOnlyStatements(bucket: s3.Bucket): iam.PolicyStatement[] {
  const resources = JOURNAL_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}*`));
  const deny = (actions: string[], conditions?: Record<string, Record<string, string>>) =>
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      ...{ actions, resources },
      ...(conditions === undefined ? {} : { conditions }),
    });
  return [
    deny(['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } }),
    deny(['s3:DeleteObject', 's3:DeleteObjectVersion']),
  ];
}
