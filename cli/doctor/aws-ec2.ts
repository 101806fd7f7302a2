import {
  type Instance as DescribedMachine,
  EC2Client,
  type IpPermission,
  paginateDescribeInstances,
  paginateDescribeManagedPrefixLists,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { parseReservations } from '../../core/ec2/described-instance.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { Family, FleetMember, InboundRule } from './cloud.ts';

/** Names of CloudFront's prefix lists (VPC User Guide, "AWS-managed prefix lists"). */
const ORIGIN_FACING: Readonly<Record<Family, string>> = {
  ipv4: 'com.amazonaws.global.cloudfront.origin-facing',
  ipv6: 'com.amazonaws.global.ipv6.cloudfront.origin-facing',
};

/** The doctor's calls to EC2. */
export class Ec2Cloud {
  async fleet(region: string): Promise<FleetMember[]> {
    const members = new Map<string, FleetMember>();
    const filter = { Filters: [{ Name: 'tag-key', Values: [`${TAG_PREFIX}*`] }] };
    for await (const page of paginateDescribeInstances(
      { client: clientOf(region), pageSize: 1000 },
      filter,
    )) {
      for (const reservation of page.Reservations ?? []) {
        for (const described of reservation.Instances ?? []) {
          const [instance] = parseReservations([{ ...reservation, Instances: [described] }], region);
          if (instance) members.set(instance.id, { instance, ...readNetwork(described) });
        }
      }
    }
    return [...members.values()];
  }

  async inboundRules(groups: readonly string[], region: string): Promise<Map<string, InboundRule[]>> {
    const rules = new Map<string, InboundRule[]>();
    // An empty list of ids would return every group.
    if (groups.length === 0) return rules;
    const filter = { Filters: [{ Name: 'group-id', Values: [...groups] }] };
    for await (const page of paginateDescribeSecurityGroups({ client: clientOf(region) }, filter)) {
      for (const { GroupId = '', IpPermissions = [] } of page.SecurityGroups ?? [])
        rules.set(GroupId, IpPermissions.map(inboundRule));
    }
    return rules;
  }

  async originFacing(region: string): Promise<Partial<Record<Family, string>>> {
    const ids = new Map<string, string>();
    const filter = { Filters: [{ Name: 'prefix-list-name', Values: Object.values(ORIGIN_FACING) }] };
    for await (const page of paginateDescribeManagedPrefixLists({ client: clientOf(region) }, filter))
      for (const { PrefixListName = '', PrefixListId } of page.PrefixLists ?? [])
        if (PrefixListId !== undefined) ids.set(PrefixListName, PrefixListId);
    const [ipv4, ipv6] = [ids.get(ORIGIN_FACING.ipv4), ids.get(ORIGIN_FACING.ipv6)];
    return { ...(ipv4 === undefined ? {} : { ipv4 }), ...(ipv6 === undefined ? {} : { ipv6 }) };
  }
}

function clientOf(region: string): EC2Client {
  return new EC2Client({ region });
}

function readNetwork({ SecurityGroups = [], NetworkInterfaces = [] }: DescribedMachine) {
  const primary = NetworkInterfaces.find(
    ({ Attachment }) => Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0,
  );
  const { NetworkInterfaceId: id, SubnetId: subnet } = primary ?? {};
  return {
    groups: SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []),
    ...(id === undefined || subnet === undefined ? {} : { primary: { id, subnet } }),
    ipv6: NetworkInterfaces.flatMap(({ Ipv6Addresses = [] }) =>
      Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
    ),
  };
}

function inboundRule(permission: IpPermission): InboundRule {
  const { IpProtocol = '', FromPort = 0, ToPort = 65_535 } = permission;
  const four = (permission.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []);
  const six = (permission.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []);
  return {
    protocol: IpProtocol,
    from: FromPort,
    to: ToPort,
    cidrs: [...four, ...six],
    prefixLists: (permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  };
}
