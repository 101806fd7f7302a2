import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { printConciergeSettings } from '../../core/settings/concierge-settings.ts';
import { EDGE_REGION } from '../settings/deployment-settings.ts';
import type { SignIn } from '../settings/sign-in-settings.ts';
import { AccessBucket } from './access-bucket.ts';
import { ConciergeFunction } from './concierge-function.ts';
import { ConciergeGate } from './concierge-gate.ts';
import { SessionSecret } from './session-secret.ts';

/** Props of {@link Concierge}. */
export interface ConciergeProps {
  deployment: string;
  signIn: SignIn;
  baseDomain: string;
  /** Built edge/concierge/. */
  code: lambda.Code;
  /** Built infra/custom-resources/concierge-gate/. */
  gateCode: lambda.Code;
  logRetention: logs.RetentionDays;
}

/** Sign-in: the function, its settings and keys, and the place of the access rules. */
export class Concierge extends Construct {
  /** The version that the distribution runs. */
  readonly version: lambda.IVersion;
  /** The custom headers of the origin by which the function gets its settings. */
  readonly headers: Readonly<Record<string, string>>;
  readonly functionName: string;
  readonly sessionSecretArn: string;
  readonly accessBucketName: string;
  /** Fails the deployment of a function that does not work. */
  readonly gate: ConciergeGate;

  constructor(scope: Construct, id: string, props: ConciergeProps) {
    super(scope, id);
    const { deployment, signIn, baseDomain, code, gateCode, logRetention } = props;
    const { secretArn: clientSecretArn, groups, ...provider } = signIn;
    // Under exactOptionalPropertyTypes the CDK's own class does not fit its own interface.
    const bucket = new AccessBucket(this, 'Access') as s3.IBucket;
    const { secret } = new SessionSecret(this, 'Session', deployment);
    const made = new ConciergeFunction(this, 'Lambda', {
      ...{ deployment, code, logRetention },
      accessBucket: bucket,
      secretArns: [secret.secretArn, clientSecretArn],
    });
    this.version = made.version;
    this.functionName = made.function.functionName;
    this.sessionSecretArn = secret.secretArn;
    this.accessBucketName = bucket.bucketName;
    this.headers = printConciergeSettings({
      deployment,
      apex: `https://${baseDomain}`,
      keysArn: secret.secretArn,
      access: { region: EDGE_REGION, bucket: bucket.bucketName },
      provider: { ...provider, clientSecretArn, groups: new Map(Object.entries(groups)) },
    });
    this.gate = new ConciergeGate(this, 'Gate', {
      ...{ version: this.version, headers: this.headers, logRetention },
      accessBucket: bucket,
      code: gateCode,
    });
  }

  /** The parts that the distribution needs. */
  get behavior(): ConciergeBehavior {
    return { version: this.version, headers: this.headers };
  }
}

/** The function at origin request, and the settings that its origin carries. */
export interface ConciergeBehavior {
  version: cloudfront.EdgeLambda['functionVersion'];
  headers: Readonly<Record<string, string>>;
}
