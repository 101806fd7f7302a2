import { Aws, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ACCESS_KEY } from '../../core/entry/access-file.ts';
import { LIVE_PREFIX } from '../../core/live/shard.ts';
import { acceptFindings, logicalIdOf } from '../accept.ts';
import { namePrefix } from '../names.ts';
import { EDGE_REGION } from '../settings/deployment-settings.ts';
import { WILDCARDS } from '../wildcards.ts';

/** Props of {@link ConciergeFunction}. */
export interface ConciergeFunctionProps {
  deployment: string;
  /** Built edge/concierge/. */
  code: lambda.Code;
  accessBucket: s3.IBucket;
  /** Secrets that the function reads: of session keys, and of the client at the provider. */
  secretArns: readonly string[];
  logRetention: logs.RetentionDays;
}

/** The function gives up after 8 s (edge/concierge/concierge.ts). CloudFront would allow 30 s. */
const TIMEOUT = Duration.seconds(10);

/** Half of a vCPU at least: a first sign-in is mostly TLS and signatures. */
const MEMORY = 1_024;

/**
 * The Lambda@Edge function that signs people in. Lambda@Edge takes a numbered version in us-east-1, for x86-64, without variables,
 * layers and a VPC. CloudFront keeps copies for hours after an association ends, and Lambda refuses to delete a function with copies,
 * so function and versions stay when the stack no longer has them.
 */
export class ConciergeFunction extends Construct {
  readonly function: lambda.Function;
  /** The version that the distribution runs. */
  readonly version: lambda.IVersion;

  constructor(scope: Construct, id: string, props: ConciergeFunctionProps) {
    super(scope, id);
    const { deployment, code, logRetention } = props;
    const functionName = `${nameBeginning(deployment)}${NAME_END}`;
    // The log of the gate's invocations. Those of viewers are in groups that Lambda makes in their regions.
    const logGroup = new logs.LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.addRole(props, functionName, logGroup);
    this.function = new lambda.Function(this, 'Function', {
      functionName,
      description: `dynamic-edge-proxy ${deployment}: signs viewers in`,
      code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.X86_64,
      memorySize: MEMORY,
      timeout: TIMEOUT,
      logGroup,
      role,
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.function.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const { defaultChild } = this.function.node;
    // Copies in other regions have no group of that name, so each logs to its default group.
    if (lambda.CfnFunction.isCfnFunction(defaultChild))
      defaultChild.addPropertyDeletionOverride('LoggingConfig');
    this.function.node.addDependency(logGroup);
    // Under exactOptionalPropertyTypes the CDK's own class does not fit its own interface.
    this.version = this.function.currentVersion as lambda.IVersion;
  }

  private addRole(
    { deployment, accessBucket, secretArns }: ConciergeFunctionProps,
    functionName: string,
    logGroup: logs.ILogGroup,
  ): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const { actions, why } = WILDCARDS.replicaLogs;
    const allow = (what: readonly string[], resources: readonly string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ actions: [...what], resources: [...resources] }));
    allow(actions, [replicaLogs(Aws.ACCOUNT_ID, functionName)]);
    allow(
      ['s3:GetObject'],
      [ACCESS_KEY, `${LIVE_PREFIX}*`].map((key) => accessBucket.arnForObjects(key)),
    );
    // Without it S3 answers 403 for a part without changes, as for a part that may not be read.
    allow(['s3:ListBucket'], [accessBucket.bucketArn]);
    allow(['secretsmanager:GetSecretValue'], secretArns);
    const shown = `${nameBeginning(deployment)}${JSON.stringify(Stack.of(this).resolve(NAME_END))}`;
    acceptFindings(role, {
      [`IAM5[Resource::${replicaLogs('<AWS::AccountId>', shown)}]`]: why,
      [`IAM5[Resource::<${logicalIdOf(accessBucket)}.Arn>/${LIVE_PREFIX}*]`]: WILDCARDS.live.why,
    });
    return role;
  }
}

function nameBeginning(deployment: string): string {
  return `${namePrefix(deployment)}-concierge-`;
}

/**
 * The beginning of the stack's own id. A new stack of the same deployment gets another name, because the old function may still exist.
 * A generated name would do the same, but the role has to name the log groups before the function exists.
 */
const NAME_END = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));

/** The log groups of the copies, each in the region that is nearest to its viewers. */
function replicaLogs(account: string, functionName: string): string {
  return `arn:aws:logs:*:${account}:log-group:/aws/lambda/${EDGE_REGION}.${functionName}:*`;
}
