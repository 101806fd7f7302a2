import type { Check } from '../check.ts';
import type { Need } from '../cloud.ts';
import type { Deployment } from '../deployment.ts';
import { failure, ok } from '../finding.ts';

/**
 * What the updater's role must be allowed, by the environment of the deployed function. A test holds it against the
 * role of the template. IAM simulates; nothing is attempted.
 */
export function listNeeds({
  updater,
  mapping,
  regions,
}: Pick<Deployment, 'updater' | 'mapping' | 'regions'>): Need[] {
  const { environment } = updater;
  const journal = `arn:aws:s3:::${environment['JOURNAL_BUCKET']}`;
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
    on(`arn:aws:s3:::${environment['SITE_BUCKET']}/_proxy/routes.json`, 's3:PutObject'),
    ...splitList(environment['ORIGIN_SECRET_ARN']).map((secret) =>
      on(secret, 'secretsmanager:GetSecretValue'),
    ),
    on(
      mapping.queueArn,
      ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
        (name) => `sqs:${name}`,
      ),
    ),
  ];
}

function splitList(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((item) => item !== '');
}

interface PermissionFacts {
  asked: number;
  denied: readonly string[];
}

/** May the updater do what it has to, as far as policies of this account tell? */
export const permissions: Check<PermissionFacts> = {
  async collect(cloud, deployment) {
    const needs = listNeeds(deployment);
    const asked = needs.flatMap(({ actions }) => actions).length;
    return { asked, denied: await cloud.deniedActions(deployment.updater.roleArn, needs) };
  },
  evaluate: ({ asked, denied }, { updater }) =>
    denied.length === 0
      ? [ok(`the updater's role is allowed all ${asked} things that it does`)]
      : denied.map((each) =>
          failure(
            `${updater.roleArn} may not ${each}`,
            'deploy the updater stack again; if it stays, a service control policy or permissions boundary forbids it',
          ),
        ),
};
