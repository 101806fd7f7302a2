import type { Check } from './check.ts';
import type { Need } from './cloud.ts';
import { failure, ok } from './finding.ts';

/**
 * What the updater's role must be allowed, by the environment of the deployed function. A test holds it against the
 * role of the template. IAM simulates; nothing is attempted.
 */
export function needsOf(environment: Readonly<Record<string, string>>): Need[] {
  const { KVS_ARN: store = '', JOURNAL_BUCKET: journal = '', SITE_BUCKET: site = '' } = environment;
  return [
    { actions: ['ec2:DescribeInstances'], resource: '*' },
    {
      actions: ['DescribeKeyValueStore', 'ListKeys', 'UpdateKeys'].map(
        (action) => `cloudfront-keyvaluestore:${action}`,
      ),
      resource: store,
    },
    ...['raw', 'decisions', 'quarantine', 'mirror'].map((prefix) => ({
      actions: ['s3:PutObject'],
      resource: `arn:aws:s3:::${journal}/${prefix}/doctor`,
    })),
    { actions: ['s3:GetObject'], resource: `arn:aws:s3:::${journal}/mirror/doctor` },
    { actions: ['s3:ListBucket'], resource: `arn:aws:s3:::${journal}` },
    { actions: ['s3:PutObject'], resource: `arn:aws:s3:::${site}/_proxy/routes.json` },
  ];
}

interface PermissionFacts {
  asked: number;
  denied: readonly string[];
}

/** May the updater do what it has to, as far as policies of this account tell? */
export const permissions: Check<PermissionFacts> = {
  async look(cloud, { updater }) {
    const needs = needsOf(updater.environment);
    const asked = needs.flatMap(({ actions }) => actions).length;
    return { asked, denied: await cloud.denied(updater.roleArn, needs) };
  },
  judge: ({ asked, denied }, { updater }) =>
    denied.length === 0
      ? [ok(`the updater's role is allowed all ${asked} things that it does`)]
      : denied.map((each) =>
          failure(
            `${updater.roleArn} may not ${each}`,
            'deploy the updater stack again; if it stays, a service control policy or permissions boundary forbids it',
          ),
        ),
};
