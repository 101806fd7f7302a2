import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acceptFindings, logicalIdBehind, logicalIdOf } from '../accept.ts';
import { updaterRoleName } from '../names.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import { type SignInPlaces, updaterVariables } from './updater-environment.ts';
import { signInStatements, updaterStatements, updaterWildcards } from './updater-permissions.ts';

/** Props of {@link UpdaterFunction}. */
export interface UpdaterFunctionProps {
  settings: DeploymentSettings;
  /** The built bundle, `index.mjs` and aws-crt for arm64. */
  code: lambda.Code;
  queue: sqs.IQueue;
  timeout: Duration;
  keyValueStoreArn: string;
  journal: s3.IBucket;
  siteBucketName: string;
  /** Secret behind the per-host tokens. */
  originSecretArn: string;
  /** Absent: viewers do not sign in. */
  signIn?: SignInPlaces;
}

/** The Lambda function that keeps the store equal to the fleet, with least privilege. */
export class UpdaterFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: UpdaterFunctionProps) {
    super(scope, id);
    const { settings } = props;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new lambda.Function(this, 'Function', {
      description: `dynamic-edge-proxy ${settings.deployment}: EC2 fleet to route store`,
      code: props.code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // One whole vCPU (Lambda DG, "Configure Lambda function memory"): a sweep reads 4 KB per instance. docs/inside/benchmarks.md,
      // "One change", has the memory in use.
      memorySize: 1_769,
      timeout: props.timeout,
      environment: updaterVariables(settings, props),
      logGroup: this.logGroup,
      role: this.role(props),
    });
    // One message group means one writer, so reserved concurrency is not needed.
    this.function.addEventSource(
      new SqsEventSource(props.queue, { batchSize: 10, reportBatchItemFailures: true }),
    );
  }

  /**
   * A custom role, because the managed policy that the CDK attaches allows writing to every log group. Other accounts
   * refer to it by name.
   */
  private role(props: UpdaterFunctionProps): iam.Role {
    const role = new iam.Role(this, 'Role', {
      roleName: updaterRoleName(props.settings.deployment),
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(role);
    const site = s3.Bucket.fromBucketName(this, 'Site', props.siteBucketName);
    for (const statement of updaterStatements(props.settings, { ...props, site }))
      role.addToPolicy(statement);
    if (props.signIn) this.allowSignIn(role, props, props.signIn);
    acceptFindings(
      role,
      updaterWildcards(
        logicalIdOf(props.journal),
        logicalIdBehind(props.siteBucketName),
        props.signIn !== undefined,
      ),
    );
    return role;
  }
  private allowSignIn(
    role: iam.Role,
    { settings, journal }: UpdaterFunctionProps,
    signIn: SignInPlaces,
  ): void {
    const access = s3.Bucket.fromBucketName(this, 'Access', signIn.accessBucketName);
    for (const statement of signInStatements(settings.deployment, { ...signIn, access, journal }))
      role.addToPolicy(statement);
  }
}
