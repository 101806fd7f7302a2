import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { WILDCARDS } from '../wildcards.ts';

/** AWS's list of the addresses from which CloudFront connects to origins (VPC User Guide, "AWS-managed prefix lists"). */
const LIST_NAME = 'com.amazonaws.global.cloudfront.origin-facing';

/** Longer than the three minutes for which the function waits for its permission (infra/custom-resources/until-allowed.ts). */
const TIMEOUT = Duration.minutes(4);

/**
 * The id of CloudFront's prefix list in this region, looked up while the stack deploys: each region has another id, synth
 * has no account for a look-up, and CloudFormation has no reference to it.
 */
export class CloudFrontPrefixList extends Construct {
  /** Known at deployment. */
  readonly prefixListId: string;

  /** @param directory holds `index.mjs`, built from infra/custom-resources/prefix-list/ */
  constructor(scope: Construct, id: string, directory: string) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const { actions, resource, why } = WILDCARDS.prefixLists;
    role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [resource] }));
    acceptFindings(role, { 'IAM5[Resource::*]': why });
    const lookup = new lambda.Function(this, 'Function', {
      description: "dynamic-edge-proxy: looks up the id of CloudFront's prefix list",
      code: lambda.Code.fromAsset(directory),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: TIMEOUT,
      logGroup,
      role,
    });
    const found = new CustomResource(this, 'List', {
      resourceType: 'Custom::CloudFrontPrefixList',
      serviceToken: lookup.functionArn,
      // Otherwise CloudFormation waits an hour for a function that crashed.
      serviceTimeout: TIMEOUT.plus(Duration.minutes(1)),
      properties: { ListName: LIST_NAME },
    });
    this.prefixListId = found.getAttString('PrefixListId');
  }
}
