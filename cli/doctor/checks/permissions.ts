import { ACCESS_KEY } from '../../../core/entry/access-file.ts';
import { DOCUMENTS, HISTORY_FOLDER, SITE_FOLDER } from '../../../core/journal/site-documents.ts';
import { liveKey } from '../../../core/live/shard.ts';
import type { Check } from '../check.ts';
import type { Need } from '../cloud.ts';
import type { Deployment } from '../deployment.ts';
import { failure, ok } from '../finding.ts';

/**
 * The permissions that the updater's role needs, derived from the environment of the deployed function. A test compares them
 * with the role of the template. IAM only simulates the calls.
 */
export function listNeeds({
  updater,
  mapping,
  regions,
}: Pick<Deployment, 'updater' | 'mapping' | 'regions'>): Need[] {
  const { environment } = updater;
  const journal = `arn:aws:s3:::${environment['JOURNAL_BUCKET']}`;
  const site = `arn:aws:s3:::${environment['SITE_BUCKET']}`;
  const on = (resource: string, ...actions: string[]): Need => ({ actions, resource });
  return [
    ...regions.map((region) => ({ ...on('*', 'ec2:DescribeInstances'), region })),
    ...splitList(environment['READER_ROLES']).map((role) => on(role, 'sts:AssumeRole')),
    on(
      environment['KVS_ARN'] ?? '',
      ...['DescribeKeyValueStore', 'GetKey', 'ListKeys', 'UpdateKeys'].map(
        (name) => `cloudfront-keyvaluestore:${name}`,
      ),
    ),
    ...['raw', 'decisions', 'quarantine', 'mirror'].map((prefix) =>
      on(`${journal}/${prefix}/doctor`, 's3:PutObject'),
    ),
    on(`${journal}/mirror/doctor`, 's3:GetObject'),
    on(journal, 's3:ListBucket'),
    ...[DOCUMENTS.routes, DOCUMENTS.changes, DOCUMENTS.status, `${HISTORY_FOLDER}doctor`].map((name) =>
      on(`${site}/${SITE_FOLDER}/${name}`, 's3:GetObject', 's3:PutObject'),
    ),
    on(`${site}/${SITE_FOLDER}/${DOCUMENTS.page}`, 's3:PutObject'),
    on(site, 's3:ListBucket'),
    ...splitList(environment['ORIGIN_SECRET_ARN']).map((secret) =>
      on(secret, 'secretsmanager:GetSecretValue'),
    ),
    ...listSignInNeeds(environment, journal),
    on(
      mapping.queueArn,
      ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
        (name) => `sqs:${name}`,
      ),
    ),
  ];
}

function listSignInNeeds(environment: Deployment['updater']['environment'], journal: string): Need[] {
  const { SESSION_SECRET_ARN: secret, ACCESS_BUCKET: bucket, DEPLOYMENT: deployment } = environment;
  if (secret === undefined) return [];
  return [
    { actions: ['secretsmanager:GetSecretValue'], resource: secret },
    { actions: ['s3:PutObject'], resource: `arn:aws:s3:::${bucket}/${ACCESS_KEY}` },
    { actions: ['s3:GetObject', 's3:PutObject'], resource: `arn:aws:s3:::${bucket}/${liveKey('0')}` },
    { actions: ['s3:ListBucket'], resource: `arn:aws:s3:::${bucket}` },
    { actions: ['s3:PutObject'], resource: `${journal}/orders/doctor` },
    { actions: ['s3:GetObject', 's3:PutObject'], resource: `${journal}/sign-in/${deployment}.json` },
  ];
}

function splitList(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((item) => item !== '');
}

interface PermissionFacts {
  asked: number;
  denied: readonly string[];
}

/** Does the updater's role have all permissions that it needs, as far as this account's policies decide? */
export const permissions: Check<PermissionFacts> = {
  async collect(cloud, deployment) {
    const needs = listNeeds(deployment);
    const asked = needs.flatMap(({ actions }) => actions).length;
    return { asked, denied: await cloud.deniedActions(deployment.updater.roleArn, needs) };
  },
  evaluate: ({ asked, denied }, { updater }) =>
    denied.length === 0
      ? [ok(`the updater's role has all ${asked} permissions that it needs`)]
      : denied.map((each) =>
          failure(
            `${updater.roleArn} lacks ${each}`,
            'deploy the updater stack again; if the finding persists, look for a service control policy or permissions boundary',
          ),
        ),
};
