import { createHash } from 'node:crypto';
import { CustomResource, Duration } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addCustomResourceFunction, serviceTimeout } from '../custom-resource-function.ts';
import type { Canaries } from './canaries/canaries.ts';

/** Props of {@link GatedPublish}. */
export interface GatedPublishProps {
  /** `autoPublish` must be false. */
  function: cloudfront.Function;
  /** The function's code. A change of it starts the publisher again. */
  code: string;
  /** The store that the function reads. Absent for a function without one. */
  store?: cloudfront.IKeyValueStore;
  canaries: Canaries;
  /** Percent of the allowed time that a case may take. */
  utilizationLimit: number;
  /** Built infra/publisher/: directory of `index.mjs` and aws-crt for arm64. */
  publisher: lambda.Code;
  logRetention: logs.RetentionDays;
}

/**
 * Longer than all waits of the publisher: three minutes for a new role, one and a half for the store, two until its writes
 * are readable, and the calls in between.
 */
const TIMEOUT = Duration.minutes(10);

/**
 * Publishes a function only after it passed its test cases in CloudFront's own engine, and fails the deployment otherwise.
 * CloudFront itself accepts and publishes a function with a syntax error, which then answers every request with 503.
 *
 * TestFunction checks neither headers nor origins of an output against the rules that CloudFront applies to viewers' requests.
 */
export class GatedPublish extends Construct {
  /** The most expensive case and its compute utilization, for people. Known at deployment. */
  readonly utilization: string;

  constructor(scope: Construct, id: string, props: GatedPublishProps) {
    super(scope, id);
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::GatedPublish',
      serviceToken: this.publisher(props).functionArn,
      serviceTimeout: serviceTimeout(TIMEOUT),
      properties: {
        FunctionName: props.function.functionName,
        ...(props.store ? { StoreArn: props.store.keyValueStoreArn } : {}),
        Canaries: JSON.stringify(props.canaries.store),
        Cases: JSON.stringify(props.canaries.cases),
        UtilizationLimit: props.utilizationLimit,
        // The publisher does not read it. CloudFormation invokes the publisher again when it changes.
        CodeHash: createHash('sha256').update(props.code).digest('hex'),
      },
    });
    this.utilization = resource.getAttString('Utilization');
    // The name alone would not make CloudFormation wait for the new code.
    resource.node.addDependency(props.function);
  }

  private publisher({ function: published, store, ...props }: GatedPublishProps): lambda.Function {
    const allow = (service: string, names: readonly string[], resource: string) => ({
      actions: names.map((name) => `${service}:${name}`),
      resources: [resource],
    });
    const functionActions = ['DescribeFunction', 'GetFunction', 'PublishFunction', 'TestFunction'];
    const storeActions = ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'];
    return addCustomResourceFunction(this, 'Publisher', {
      description: 'dynamic-edge-proxy: proves a function in DEVELOPMENT, then publishes it',
      code: props.publisher,
      logRetention: props.logRetention,
      // It mostly waits for CloudFront, once per deployment.
      memorySize: 256,
      timeout: TIMEOUT,
      permissions: [
        allow('cloudfront', functionActions, published.functionArn),
        ...(store ? [allow('cloudfront-keyvaluestore', storeActions, store.keyValueStoreArn)] : []),
      ],
    });
  }
}
