import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ACCESS_KEY } from '../../core/entry/access-file.ts';
import { addCustomResourceFunction, serviceTimeout } from '../custom-resource-function.ts';

/** Props of {@link ConciergeGate}. */
export interface ConciergeGateProps {
  /** The version to test. */
  version: lambda.IVersion;
  /** The custom headers of the origin by which the function gets its settings. */
  headers: Readonly<Record<string, string>>;
  accessBucket: s3.IBucket;
  /** Built infra/custom-resources/concierge-gate/. */
  code: lambda.Code;
  logRetention: logs.RetentionDays;
}

/** Longer than three minutes for a new role of its own, as many for the function's, and the last walk. */
const TIMEOUT = Duration.minutes(10);

/**
 * Tests a version of the function that signs viewers in, with the settings that the distribution will pass to it, and fails the
 * deployment if it does not pass. Constructs that use the version depend on this one.
 */
export class ConciergeGate extends Construct {
  constructor(scope: Construct, id: string, props: ConciergeGateProps) {
    super(scope, id);
    const { version, headers, accessBucket, code, logRetention } = props;
    const gate = addCustomResourceFunction(this, 'Function', {
      description: 'dynamic-edge-proxy: proves the function that signs viewers in',
      ...{ code, logRetention },
      // It mostly waits for the other function, once per deployment.
      memorySize: 256,
      timeout: TIMEOUT,
      permissions: [
        { actions: ['lambda:InvokeFunction'], resources: [version.functionArn] },
        { actions: ['s3:PutObject'], resources: [accessBucket.arnForObjects(ACCESS_KEY)] },
      ],
    });
    new CustomResource(this, 'Resource', {
      resourceType: 'Custom::ConciergeGate',
      serviceToken: gate.functionArn,
      serviceTimeout: serviceTimeout(TIMEOUT),
      // A new version has another ARN, so CloudFormation invokes the gate for each change of code or settings.
      properties: {
        FunctionArn: version.functionArn,
        Settings: Stack.of(this).toJsonString(headers),
      },
    });
  }
}
