import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as custom from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { accept } from './accept.ts';
import { WILDCARDS } from './wildcards.ts';

/** AWS's list of the addresses from which CloudFront connects to origins (VPC User Guide, "AWS-managed prefix lists"). */
const NAME = 'com.amazonaws.global.cloudfront.origin-facing';

/**
 * The id of CloudFront's prefix list in this region, asked for while the stack deploys: each region has another, synth
 * has no account to look in, and CloudFormation knows no reference to it.
 */
export class CloudFrontPrefixList extends Construct {
  /** Known at deployment. */
  readonly prefixListId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: the CDK's would bring a managed policy that may write to every log group.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const call: custom.AwsSdkCall = {
      service: 'EC2',
      action: 'describeManagedPrefixLists',
      parameters: { Filters: [{ Name: 'prefix-list-name', Values: [NAME] }] },
      physicalResourceId: custom.PhysicalResourceId.of(NAME),
      outputPaths: ['PrefixLists.0.PrefixListId'],
    };
    const lookup = new custom.AwsCustomResource(this, 'Lookup', {
      resourceType: 'Custom::CloudFrontPrefixList',
      onUpdate: call,
      role,
      logGroup,
      // The SDK of the Lambda runtime will do: nothing is installed while deploying.
      installLatestAwsSdk: false,
    });
    const { actions, resource } = WILDCARDS.prefixLists;
    const mayAsk = new iam.PolicyStatement({ actions: [...actions], resources: [resource] });
    const policy = new iam.Policy(this, 'MayAsk', { statements: [mayAsk], roles: [role] });
    accept(policy, { 'IAM5[Resource::*]': WILDCARDS.prefixLists.why });
    lookup.node.addDependency(policy);
    this.prefixListId = lookup.getResponseField('PrefixLists.0.PrefixListId');
  }
}
