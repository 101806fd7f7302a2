import { CustomResource, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { addCustomResourceFunction, serviceTimeout } from '../custom-resource-function.ts';
import { WILDCARDS } from '../wildcards.ts';

/** AWS's lists of the addresses from which CloudFront connects to origins (VPC User Guide, "AWS-managed prefix lists"). */
const IPV4_LIST = 'com.amazonaws.global.cloudfront.origin-facing';
const IPV6_LIST = 'com.amazonaws.global.ipv6.cloudfront.origin-facing';

/** Longer than the three minutes for which the function waits for its permission (infra/custom-resources/until-allowed.ts). */
const TIMEOUT = Duration.minutes(4);

/**
 * The ids of CloudFront's prefix lists in this region, looked up while the stack deploys: each region has other ids, synth has
 * no account for a look-up, and CloudFormation has no reference to them.
 */
export class CloudFrontPrefixLists extends Construct {
  /** Known at deployment, like the other. */
  readonly ipv4: string;
  readonly ipv6: string;

  /** @param directory holds `index.mjs`, built from infra/custom-resources/prefix-list/ */
  constructor(scope: Construct, id: string, directory: string) {
    super(scope, id);
    const { actions, resource, why } = WILDCARDS.prefixLists;
    const lookup = addCustomResourceFunction(this, 'Function', {
      description: "dynamic-edge-proxy: looks up the ids of CloudFront's prefix lists",
      code: lambda.Code.fromAsset(directory),
      logRetention: logs.RetentionDays.ONE_WEEK,
      memorySize: 128,
      timeout: TIMEOUT,
      permissions: [{ actions, resources: [resource] }],
    });
    acceptFindings(this, { 'IAM5[Resource::*]': why });
    this.ipv4 = findList(this, 'List', { name: IPV4_LIST, serviceToken: lookup.functionArn });
    this.ipv6 = findList(this, 'Ipv6List', { name: IPV6_LIST, serviceToken: lookup.functionArn });
  }
}

function findList(
  scope: Construct,
  id: string,
  { name, serviceToken }: { name: string; serviceToken: string },
): string {
  const found = new CustomResource(scope, id, {
    resourceType: 'Custom::CloudFrontPrefixList',
    serviceToken,
    serviceTimeout: serviceTimeout(TIMEOUT),
    properties: { ListName: name },
  });
  return found.getAttString('PrefixListId');
}
