import { createHash } from 'node:crypto';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Canaries } from './canaries.ts';

/** Props of {@link GatedPublish}. */
export interface GatedPublishProps {
  /** Not published by itself: `autoPublish` is false. */
  function: cloudfront.Function;
  /** The function's code: another one is proven and published again. */
  code: string;
  /** The store that the function reads. */
  store: cloudfront.IKeyValueStore;
  canaries: Canaries;
  /** Percent of the allowed time that a case may take. */
  utilizationLimit: number;
  /** Built infra/publisher/: directory of `index.mjs` and aws-crt for arm64. */
  publisher: lambda.Code;
  logRetention: logs.RetentionDays;
}

/**
 * Longer than all that the publisher waits for: three minutes for a new role, one and a half for the store, two for what was
 * written there, and the calls in between.
 */
const TIMEOUT = Duration.minutes(10);

/**
 * Publishes a function after it did in CloudFront's own engine what it should, and fails the deployment otherwise: a
 * function with a syntax error is accepted and published by CloudFront, and then answers every request with 503.
 *
 * TestFunction proves neither headers nor origins: it checks none of what CloudFront refuses in a function's output.
 */
export class GatedPublish extends Construct {
  /** For people: the dearest case and what it took. Known at deployment. */
  readonly utilization: string;

  constructor(scope: Construct, id: string, props: GatedPublishProps) {
    super(scope, id);
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::GatedPublish',
      serviceToken: this.publisher(props).functionArn,
      // Without it CloudFormation would wait an hour for a function that died.
      serviceTimeout: TIMEOUT.plus(Duration.minutes(1)),
      properties: {
        FunctionName: props.function.functionName,
        StoreArn: props.store.keyValueStoreArn,
        Canaries: JSON.stringify(props.canaries.store),
        Cases: JSON.stringify(props.canaries.cases),
        UtilizationLimit: props.utilizationLimit,
        // Not read: its change is what brings CloudFormation here again.
        CodeHash: createHash('sha256').update(props.code).digest('hex'),
      },
    });
    this.utilization = resource.getAttString('Utilization');
    // By name alone it could come before the new code.
    resource.node.addDependency(props.function);
  }

  private publisher({ function: published, store, ...props }: GatedPublishProps): lambda.Function {
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['DescribeFunction', 'GetFunction', 'PublishFunction', 'TestFunction'].map(
          (action) => `cloudfront:${action}`,
        ),
        resources: [published.functionArn],
      }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'].map(
          (action) => `cloudfront-keyvaluestore:${action}`,
        ),
        resources: [store.keyValueStoreArn],
      }),
    );
    return new lambda.Function(this, 'Publisher', {
      description: 'dynamic-edge-proxy: proves the router in DEVELOPMENT, then publishes it',
      code: props.publisher,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // It waits for CloudFront, once a deployment.
      memorySize: 256,
      timeout: TIMEOUT,
      logGroup,
      role,
    });
  }
}
