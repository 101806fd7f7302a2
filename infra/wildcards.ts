/** What a policy of ours allows on more than one named resource, and why it can't be less. */
export interface Wildcard {
  /** All that a statement with this resource may allow. */
  actions: readonly string[];
  /** The path of objects in a bucket, ACCOUNT for a number; `*` for everything. */
  resource: string;
  why: string;
}

/** EC2 knows no resource-level permissions for Describe calls (Service Authorization Reference, Amazon EC2). */
const DESCRIBE = 'EC2 knows no resource-level permissions for Describe calls';

/**
 * The one table of them: a statement of any stack with a wildcard that is not here fails a test, and so does a line that
 * no statement needs.
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
    why: 'one object an event, named by account, region, date and id',
  },
  decisions: {
    actions: ['s3:PutObject'],
    resource: '/decisions/*',
    why: 'one object a run, named by date and id',
  },
  quarantine: {
    actions: ['s3:PutObject'],
    resource: '/quarantine/*',
    why: 'one object an unreadable event, named by its hash',
  },
  mirror: {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: '/mirror/*',
    why: 'one object a deployment: what one environment leaves to the next',
  },
  portal: {
    actions: ['s3:PutObject'],
    resource: '/_proxy/*',
    why: 'our own pages, written while the stack deploys: their names are those of the directory',
  },
  viewers: {
    actions: ['s3:GetObject'],
    resource: '/*',
    why: 'CloudFront, for this distribution only, serves any page of the site bucket',
  },
  trail: {
    actions: ['s3:PutObject'],
    resource: '/AWSLogs/ACCOUNT/*',
    why: 'CloudTrail, for this trail only, names its files by region, date and id',
  },
} as const satisfies Readonly<Record<string, Wildcard>>;
