import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Props of {@link addCustomResourceFunction}. */
export interface CustomResourceFunctionProps {
  description: string;
  /** Holds `index.mjs`. */
  code: lambda.Code;
  logRetention: logs.RetentionDays;
  timeout: Duration;
  /** MB. */
  memorySize: number;
  /** Each with its actions and resources. */
  permissions: readonly { actions: readonly string[]; resources: readonly string[] }[];
}

/** Adds the Lambda function of a custom resource, with a log group and a role of its own. It answers CloudFormation itself. */
export function addCustomResourceFunction(
  scope: Construct,
  id: string,
  { logRetention, permissions, ...props }: CustomResourceFunctionProps,
): lambda.Function {
  const logGroup = new logs.LogGroup(scope, 'Log', {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const { actions, resources } of permissions)
    role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  return new lambda.Function(scope, id, {
    ...props,
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    logGroup,
    role,
  });
}

/** CloudFormation would otherwise wait an hour for a function that crashed. */
export function serviceTimeout(timeout: Duration): Duration {
  return timeout.plus(Duration.minutes(1));
}
