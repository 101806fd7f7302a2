/** A permission for more than one named resource, and the reason why it cannot be narrower. */
export interface Wildcard {
  /** The only actions that a statement with this resource may allow. */
  actions: readonly string[];
  /** The path of objects in a bucket, ACCOUNT for a number; `*` for everything. */
  resource: string;
  why: string;
}

/** Service Authorization Reference, Amazon EC2. */
const DESCRIBE = 'EC2 has no resource-level permissions for Describe calls';

/**
 * The table of all wildcards. A test fails for a wildcard in any stack that is not here, and for a row that no statement
 * needs.
 */
export const WILDCARDS = {
  instances: {
    actions: ['ec2:DescribeInstances'],
    resource: '*',
    why: `${DESCRIBE}; limited to the regions of the deployment`,
  },
  prefixLists: { actions: ['ec2:DescribeManagedPrefixLists'], resource: '*', why: DESCRIBE },
  raw: {
    actions: ['s3:PutObject'],
    resource: '/raw/*',
    why: 'one object per event, named by account, region, date and id',
  },
  decisions: {
    actions: ['s3:PutObject'],
    resource: '/decisions/*',
    why: 'one object per run, named by date and id',
  },
  quarantine: {
    actions: ['s3:PutObject'],
    resource: '/quarantine/*',
    why: 'one object per unreadable event, named by its hash',
  },
  orders: {
    actions: ['s3:PutObject'],
    resource: '/orders/*',
    why: 'one object per order about sign-in, named by date and id',
  },
  mirror: {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: '/mirror/*',
    why: 'one object per deployment, by which one Lambda environment informs the next',
  },
  portal: {
    actions: ['s3:PutObject'],
    resource: '/_proxy/*',
    why: 'our own pages, written while the stack deploys and named like the files of the directory',
  },
  history: {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: '/_proxy/history/*',
    why: 'one object per hostname, with its last days',
  },
  viewers: {
    actions: ['s3:GetObject'],
    resource: '/*',
    why: 'CloudFront serves every page of the site bucket, for this distribution only',
  },
  accessLogs: {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: '/cloudfront/*',
    why: 'CloudFront names its log files by distribution, hour and id; the function that counts them reads each once',
  },
  traffic: {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: '/traffic/*',
    why: 'one object per day',
  },
  live: {
    actions: ['s3:GetObject'],
    resource: '/live/*',
    why: 'the last changes of hostnames, in one object for each of sixteen parts',
  },
  replicaLogs: {
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: '/aws/lambda/us-east-1.CONCIERGE:*',
    why: 'the copies of the function log in the regions of their viewers, which are not known at synth',
  },
  trail: {
    actions: ['s3:PutObject'],
    resource: '/AWSLogs/ACCOUNT/*',
    why: 'CloudTrail names its files by region, date and id, for this trail only',
  },
} as const satisfies Readonly<Record<string, Wildcard>>;
