import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ORDERS } from '../../core/journal/journal-key.ts';
import { acceptFindings } from '../accept.ts';

/** Records that the updater writes: events as received, decisions, and events that cannot be read. */
export const JOURNAL_PREFIXES = ['raw/', 'decisions/', 'quarantine/'] as const;

/** The mirror, by which one environment of the updater informs the next (updater/store/known-store.ts). */
export const MIRROR_PREFIX = 'mirror/';

/** The append-only record: no object is overwritten or deleted while the stack exists. The bucket outlives its stack. */
export class JournalBucket extends s3.Bucket {
  /** @param signIn There are orders about sign-in too. */
  constructor(scope: Construct, id: string, signIn: boolean) {
    const prefixes = [...JOURNAL_PREFIXES, ...(signIn ? [ORDERS] : [])];
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
        // No cheaper storage class before that: it bills at least 128 KB per object, and ours have 1–8 KB. The counts of tokens and the orders that count stay.
        ...[...prefixes, MIRROR_PREFIX].map((prefix) => ({ prefix, expiration: Duration.days(365) })),
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const statement of appendOnlyStatements(this, prefixes)) this.addToResourcePolicy(statement);
    acceptFindings(this, {
      S1: 'is a log itself, written by one role; CloudTrail can record who reads it',
    });
  }
}

/**
 * Denies every principal, administrators included, to change a record: deletions, and writes that do not require a new key
 * (S3 User Guide, "Enforce conditional writes"), parts of large uploads included. Lifecycle rules are not requests, so
 * records still expire.
 */
function appendOnlyStatements(bucket: s3.Bucket, prefixes: readonly string[]): iam.PolicyStatement[] {
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
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
