import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { JOURNAL_PREFIXES } from './journal-bucket.ts';
import type { Policy } from './settings/schema.ts';
import { SITE_FOLDER } from './site.ts';

/** Props of {@link UpdaterFunction}. */
export interface UpdaterFunctionProps {
  /** The built bundle, `index.mjs` and aws-crt for arm64. */
  code: lambda.Code;
  queue: sqs.IQueue;
  timeout: Duration;
  owner: string;
  /** `''`: the bare distribution domain. */
  baseDomain: string;
  regions: readonly string[];
  policy: Policy;
  /** JSON: who may claim which names. */
  claims?: string;
  keyValueStoreArn: string;
  journal: s3.Bucket;
  siteBucketName: string;
}

/** The Lambda function that makes the store equal to the fleet, with the least that it needs for that. */
export class UpdaterFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: UpdaterFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new lambda.Function(this, 'Function', {
      description: `dynamic-edge-proxy ${props.owner}: EC2 fleet to route store`,
      code: props.code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // It mostly waits for AWS. About 100 MB are in use; the rest buys the CPU share (0.3) for signing and parsing.
      memorySize: 512,
      timeout: props.timeout,
      environment: environmentOf(props),
      logGroup,
      role: this.role(props, logGroup),
    });
    // One queue, one group: no reserved concurrency is needed to have one writer.
    this.function.addEventSource(
      new SqsEventSource(props.queue, { batchSize: 10, reportBatchItemFailures: true }),
    );
  }

  /** A role of our own: the managed policy that the CDK would attach may write to every log group. */
  private role(props: UpdaterFunctionProps, logGroup: logs.ILogGroup): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const site = s3.Bucket.fromBucketName(this, 'Site', props.siteBucketName);
    for (const statement of statementsOf(props, site)) role.addToPolicy(statement);
    return role;
  }
}

/** The contract with updater/handler.ts; AWS_REGION is Lambda's own. */
function environmentOf(props: UpdaterFunctionProps): Record<string, string> {
  return {
    OWNER: props.owner,
    BASE_DOMAIN: props.baseDomain,
    // What the certificate of a deployment has to cover (infra/settings.ts): the base domain and one label below it.
    ...(props.baseDomain === '' ? {} : { CERTIFICATE_NAMES: `${props.baseDomain},*.${props.baseDomain}` }),
    KVS_ARN: props.keyValueStoreArn,
    JOURNAL_BUCKET: props.journal.bucketName,
    SITE_BUCKET: props.siteBucketName,
    REGIONS: props.regions.join(','),
    POLICY: props.policy,
    ...(props.claims ? { CLAIMS: props.claims } : {}),
  };
}

/** What one environment of the updater leaves to the next (updater/known-store.ts). */
const MIRROR = 'mirror/*';

function statementsOf(props: UpdaterFunctionProps, site: s3.IBucket): iam.PolicyStatement[] {
  return [
    // EC2 knows no resource-level permissions for Describe calls: `*` is the only resource it takes.
    new iam.PolicyStatement({ actions: ['ec2:DescribeInstances'], resources: ['*'] }),
    new iam.PolicyStatement({
      actions: ['DescribeKeyValueStore', 'ListKeys', 'UpdateKeys'].map(
        (action) => `cloudfront-keyvaluestore:${action}`,
      ),
      resources: [props.keyValueStoreArn],
    }),
    new iam.PolicyStatement({
      actions: ['s3:PutObject'],
      resources: [
        ...JOURNAL_PREFIXES.map((prefix) => props.journal.arnForObjects(`${prefix}*`)),
        props.journal.arnForObjects(MIRROR),
        site.arnForObjects(`${SITE_FOLDER}/routes.json`),
      ],
    }),
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [props.journal.arnForObjects(MIRROR)] }),
    // Without it S3 answers 403 for a mirror that is not there yet. No condition on a prefix: a GetObject has none.
    new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [props.journal.bucketArn] }),
  ];
}
