import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { ACCESS_KEY } from '../../core/entry/access-file.ts';
import { ORDERS } from '../../core/journal/journal-key.ts';
import { DOCUMENTS, HISTORY_FOLDER, SITE_FOLDER } from '../../core/journal/site-documents.ts';
import { liveKey, SHARDS } from '../../core/live/shard.ts';
import { tokenCountsKey } from '../../core/settings/token-counts.ts';
import { ordersKey } from '../../core/sign-in/orders.ts';
import { listInstancesStatement, readerRoleArn } from '../fleet/reader-role.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import { WILDCARDS } from '../wildcards.ts';
import { JOURNAL_PREFIXES, MIRROR_PREFIX } from './journal-bucket.ts';
import type { SignInPlaces } from './updater-environment.ts';

/** Documents that the updater also reads. */
const READ_BACK = [DOCUMENTS.routes, DOCUMENTS.changes, DOCUMENTS.status, `${HISTORY_FOLDER}*`];

/** Resources that the updater uses. */
export interface UpdaterResources {
  keyValueStoreArn: string;
  journal: s3.IBucket;
  site: s3.IBucket;
  originSecretArn: string;
}

/** The updater reads the fleet, and writes one store and the named prefixes. Each statement has its reason. */
export function updaterStatements(
  { deployment, regions, accounts }: DeploymentSettings,
  { keyValueStoreArn, journal, site, originSecretArn }: UpdaterResources,
): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  const readers = accounts.map((account) => readerRoleArn(deployment, account));
  return [
    listInstancesStatement(regions),
    // The same in other accounts, where the role allows nothing else.
    ...(readers.length > 0 ? [allow(['sts:AssumeRole'], readers)] : []),
    // The one store: its version, all keys when memory and mirror cannot be used, single keys before a write after another
    // writer, and writes.
    allow(
      ['DescribeKeyValueStore', 'GetKey', 'ListKeys', 'UpdateKeys'].map(
        (name) => `cloudfront-keyvaluestore:${name}`,
      ),
      [keyValueStoreArn],
    ),
    // Events as received, decisions, unreadable events, and the mirror.
    allow(
      ['s3:PutObject'],
      [...JOURNAL_PREFIXES, MIRROR_PREFIX].map((prefix) => journal.arnForObjects(`${prefix}*`)),
    ),
    // The mirror, and the count of renewals of each hostname's token, which the updater never writes.
    allow(
      ['s3:GetObject'],
      [`${MIRROR_PREFIX}*`, tokenCountsKey(deployment)].map((key) => journal.arnForObjects(key)),
    ),
    // Otherwise S3 answers 403 while there is no mirror yet. A condition on a prefix is impossible: GetObject has none.
    allow(['s3:ListBucket'], [journal.bucketArn]),
    // The documents beside the portal. A new environment reads the times and causes that the last one wrote, and each change is added
    // to the history of its hostname.
    allow(
      ['s3:GetObject', 's3:PutObject'],
      READ_BACK.map((name) => site.arnForObjects(`${SITE_FOLDER}/${name}`)),
    ),
    allow(['s3:PutObject'], [site.arnForObjects(`${SITE_FOLDER}/${DOCUMENTS.page}`)]),
    // Otherwise S3 answers 403 while there is no list yet.
    allow(['s3:ListBucket'], [site.bucketArn]),
    // The secret behind the tokens of apps.
    allow(['secretsmanager:GetSecretValue'], [originSecretArn]),
  ];
}

/** Resources of sign-in. */
export interface SignInResources extends SignInPlaces {
  access: s3.IBucket;
  journal: s3.IBucket;
}

/** Sign-in: the updater publishes keys and access rules, and carries out orders about passes and people. */
export function signInStatements(
  deployment: string,
  { sessionSecretArn, access, journal }: SignInResources,
): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  return [
    // The access rules, for the concierge.
    allow(['s3:PutObject'], [access.arnForObjects(ACCESS_KEY)]),
    // The truth, for the concierge. A write of a known version needs both permissions.
    allow(
      ['s3:GetObject', 's3:PutObject'],
      SHARDS.map((shard) => access.arnForObjects(liveKey(shard))),
    ),
    // Otherwise S3 answers 403 for a shard that does not exist yet.
    allow(['s3:ListBucket'], [access.bucketArn]),
    // The secret from which the keys in the store are derived.
    allow(['secretsmanager:GetSecretValue'], [sessionSecretArn]),
    // The orders that count, which would be lost with the mirror.
    allow(['s3:GetObject', 's3:PutObject'], [journal.arnForObjects(ordersKey(deployment))]),
    // A record of each order.
    allow(['s3:PutObject'], [journal.arnForObjects(`${ORDERS}*`)]),
  ];
}

/** The wildcards of these statements, as cdk-nag names them, with their reasons. */
export function updaterWildcards(
  journalLogicalId: string,
  siteLogicalId: string,
  signIn: boolean,
): Record<string, string> {
  const { instances, raw, decisions, quarantine, mirror, orders, history } = WILDCARDS;
  const inJournal = [raw, decisions, quarantine, mirror, ...(signIn ? [orders] : [])].map(
    ({ resource, why }) => [`IAM5[Resource::<${journalLogicalId}.Arn>${resource}]`, why] as const,
  );
  return {
    'IAM5[Resource::*]': instances.why,
    ...Object.fromEntries(inJournal),
    [`IAM5[Resource::arn:aws:s3:::<${siteLogicalId}>${history.resource}]`]: history.why,
  };
}
