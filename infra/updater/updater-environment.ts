import { Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { certificateNamesOf } from '../../core/settings/settings.ts';
import { readerRoleArn } from '../fleet/reader-role.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import { SettingError } from '../settings/setting.ts';

/** Resources of the stacks, for the updater's variables. */
export interface UpdaterPlaces {
  keyValueStoreArn: string;
  queue: sqs.IQueue;
  journal: s3.IBucket;
  siteBucketName: string;
  originSecretArn: string;
  /** Absent: viewers do not sign in. */
  signIn?: SignInPlaces;
}

/** Resources of sign-in, in the edge stack. */
export interface SignInPlaces {
  /** The secret of session keys. */
  sessionSecretArn: string;
  /** The bucket of the access rules. */
  accessBucketName: string;
}

/**
 * The contract with updater/environment.ts; AWS_REGION is Lambda's own.
 *
 * @throws SettingError if the variables are larger than Lambda allows
 */
export function updaterVariables(
  settings: DeploymentSettings,
  places: UpdaterPlaces,
): Record<string, string> {
  const { deployment, domain, regions, accounts, mode, monitoring, claims } = settings;
  const readers = accounts.map((account) => readerRoleArn(deployment, account));
  const variables = {
    DEPLOYMENT: deployment,
    BASE_DOMAIN: domain?.baseDomain ?? '',
    ...(domain ? { CERTIFICATE_NAMES: certificateNamesOf(domain.baseDomain).join(',') } : {}),
    KVS_ARN: places.keyValueStoreArn,
    JOURNAL_BUCKET: places.journal.bucketName,
    SITE_BUCKET: places.siteBucketName,
    QUEUE_URL: places.queue.queueUrl,
    REGIONS: regions.join(','),
    ...(readers.length > 0 ? { READER_ROLES: readers.join(',') } : {}),
    UPDATER_MODE: mode,
    MONITORING: monitoring,
    ...(claims ? { CLAIMS: claims } : {}),
    ...portalVariables(settings),
    ORIGIN_SECRET_ARN: places.originSecretArn,
    ...signInVariables(settings, places),
  };
  refuseTooLarge(variables);
  return variables;
}

function portalVariables({ portal: { detail, tags, principals } }: DeploymentSettings) {
  return {
    PORTAL_DETAIL: detail,
    PORTAL_TAGS: tags.join(','),
    PORTAL_PRINCIPALS: principals ? 'on' : 'off',
  };
}

function signInVariables({ signIn }: DeploymentSettings, { signIn: places }: UpdaterPlaces) {
  if (signIn === undefined || places === undefined) return {};
  const groups = Object.keys(signIn.groups);
  return {
    SESSION_SECRET_ARN: places.sessionSecretArn,
    ACCESS_BUCKET: places.accessBucketName,
    ...(groups.length > 0 ? { SIGN_IN_GROUPS: groups.join(',') } : {}),
  };
}

/** Bytes of all variables together (Lambda quotas: 4 KB). Lambda would refuse more in the middle of a deployment. */
const LIMIT = 4_096;

/** Bytes to count for an ARN or a name that is known at deployment only; more than any of them has. */
const UNKNOWN = 128;

function refuseTooLarge(variables: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(variables).map(([name, value]) => ({
    name,
    bytes: name.length + (Token.isUnresolved(value) ? UNKNOWN : Buffer.byteLength(value)),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= LIMIT) return;
  const longest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, 2);
  throw new SettingError(
    `the settings make ${total} bytes of variables for the updater, but Lambda allows ${LIMIT} (${longest.map(({ name, bytes }) => `${name}: ${bytes}`).join(', ')}); shorten claims, or make a second deployment for some of the accounts`,
  );
}
