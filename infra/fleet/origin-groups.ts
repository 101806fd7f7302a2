import { CfnOutput, type Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import type { OriginVpc, PortRange } from '../settings/values.ts';
import { CloudFrontPrefixList } from './cloudfront-prefix-list.ts';

/** Props of {@link OriginGroups}. */
export interface OriginGroupsProps {
  /** VPCs of the stack's region. */
  vpcIds: readonly string[];
  ports: PortRange;
  /** Holds `index.mjs`, which looks up CloudFront's prefix list. */
  prefixListDirectory: string;
}

/**
 * A security group for each VPC that admits CloudFront only, which instances carry beside their own. It has exactly one
 * rule: the prefix list counts as 55 of the 60 rules that a group may have (VPC User Guide).
 *
 * All customers of CloudFront share its addresses. Only the token proves which distribution a request comes from.
 */
export class OriginGroups extends Construct {
  readonly securityGroupIds: readonly string[];

  constructor(scope: Construct, id: string, { vpcIds, ports, prefixListDirectory }: OriginGroupsProps) {
    super(scope, id);
    const { prefixListId } = new CloudFrontPrefixList(this, 'CloudFront', prefixListDirectory);
    this.securityGroupIds = vpcIds.map((vpcId) => {
      // An L1, because the L2 needs the zones of the VPC, and this stack looks nothing up.
      const group = new ec2.CfnSecurityGroup(this, vpcId, {
        vpcId,
        groupDescription: 'dynamic-edge-proxy: admits CloudFront only',
        securityGroupIngress: [
          {
            description: 'CloudFront',
            ipProtocol: 'tcp',
            fromPort: ports.from,
            toPort: ports.to,
            sourcePrefixListId: prefixListId,
          },
        ],
        // No outbound traffic: CloudFormation allows all of it unless there is a rule. The instance's own groups allow what it
        // may reach, and responses need no rule.
        securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '127.0.0.1/32' }],
      });
      new CfnOutput(this, `GroupOf-${vpcId}`, {
        value: group.attrGroupId,
        description: `Security group for instances of ${vpcId}: admits CloudFront only`,
      });
      return group.attrGroupId;
    });
  }
}

/** Settings and code of a stack that may have these groups. */
export interface OriginGroupsParts {
  settings: DeploymentSettings;
  /** Holds `index.mjs`, which looks up CloudFront's prefix list. */
  prefixListDirectory: string;
}

/** Adds the groups for the VPCs that the settings name in a region and account, if there are any. */
export function addOriginGroups(
  stack: Stack,
  { settings, prefixListDirectory }: OriginGroupsParts,
  where: Pick<OriginVpc, 'account' | 'region'>,
): void {
  const { originVpcs, originPorts: ports } = settings;
  const vpcIds = originVpcs
    .filter(({ account, region }) => account === where.account && region === where.region)
    .map(({ vpcId }) => vpcId);
  if (vpcIds.length > 0) new OriginGroups(stack, 'Origins', { vpcIds, ports, prefixListDirectory });
}
