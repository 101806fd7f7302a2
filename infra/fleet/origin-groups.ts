import { CfnOutput, type Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import type { DeploymentSettings } from '../settings/deployment-settings.ts';
import type { OriginVpc, PortRange } from '../settings/values.ts';
import { CloudFrontPrefixLists } from './cloudfront-prefix-lists.ts';

/** Props of {@link OriginGroups}. */
export interface OriginGroupsProps {
  /** VPCs of the stack's region. */
  vpcIds: readonly string[];
  ports: PortRange;
  /** Holds `index.mjs`, which looks up CloudFront's prefix lists. */
  prefixListDirectory: string;
}

/** A security group for one family of addresses. The values of the first one are those of the releases before IPv6. */
interface Family {
  /** Begins the ids of its group and output. */
  prefix: string;
  prefixListId: string;
  /** EC2 cannot change it: another description would replace the group. */
  groupDescription: string;
  outputDescription: string;
  /** Rules beside the one for CloudFront, which admit the whole internet. */
  ingress: readonly ec2.CfnSecurityGroup.IngressProperty[];
}

/**
 * Routers report with this message that a packet does not fit, because no router divides an IPv6 packet (RFC 8201). Any router on
 * the way may send it, so it is admitted from everywhere. The port numbers of such a rule are its type and code.
 */
const PACKET_TOO_BIG: ec2.CfnSecurityGroup.IngressProperty = {
  ...{ description: 'packet too big', ipProtocol: 'icmpv6', fromPort: 2, toPort: 0, cidrIpv6: '::/0' },
};

/**
 * Two security groups for each VPC, one for IPv4 and one for IPv6, that admit CloudFront only. Instances carry one of them, or both,
 * beside their own. A prefix list counts as 55 of the 60 rules that a group may have (VPC User Guide).
 *
 * All customers of CloudFront share its addresses. Only the token proves which distribution a request comes from.
 */
export class OriginGroups extends Construct {
  constructor(scope: Construct, id: string, { vpcIds, ports, prefixListDirectory }: OriginGroupsProps) {
    super(scope, id);
    const lists = new CloudFrontPrefixLists(this, 'CloudFront', prefixListDirectory);
    const families: readonly Family[] = [
      {
        prefix: '',
        prefixListId: lists.ipv4,
        groupDescription: 'dynamic-edge-proxy: admits CloudFront only',
        outputDescription: 'admits CloudFront over IPv4 only',
        ingress: [],
      },
      {
        prefix: 'Ipv6',
        prefixListId: lists.ipv6,
        groupDescription: 'dynamic-edge-proxy: admits CloudFront over IPv6 only',
        outputDescription: 'admits CloudFront over IPv6 only',
        ingress: [PACKET_TOO_BIG],
      },
    ];
    for (const vpcId of vpcIds) for (const family of families) this.#addGroup(vpcId, family, ports);
  }

  #addGroup(vpcId: string, family: Family, { from, to }: PortRange): void {
    const { prefix, prefixListId, groupDescription, outputDescription, ingress } = family;
    // An L1, because the L2 needs the zones of the VPC, and this stack looks nothing up.
    const group = new ec2.CfnSecurityGroup(this, `${prefix}${vpcId}`, {
      vpcId,
      groupDescription,
      securityGroupIngress: [
        {
          description: 'CloudFront',
          ipProtocol: 'tcp',
          fromPort: from,
          toPort: to,
          sourcePrefixListId: prefixListId,
        },
        ...ingress,
      ],
      // No outbound traffic: CloudFormation allows all of it unless there is a rule. The instance's own groups allow what it
      // may reach, and responses need no rule.
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '127.0.0.1/32' }],
    });
    if (ingress.length > 0)
      acceptFindings(group, {
        EC23: 'any router may send packet-too-big; nothing else is admitted from everywhere',
      });
    new CfnOutput(this, `${prefix}GroupOf-${vpcId}`, {
      value: group.attrGroupId,
      description: `Security group for instances of ${vpcId}: ${outputDescription}`,
    });
  }
}

/** Settings and code of a stack that may have these groups. */
export interface OriginGroupsParts {
  settings: DeploymentSettings;
  /** Holds `index.mjs`, which looks up CloudFront's prefix lists. */
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
