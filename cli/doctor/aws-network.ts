import {
  type NetworkAcl as DescribedAcl,
  DescribeVpcAttributeCommand,
  EC2Client,
  type NetworkAclEntry,
  paginateDescribeNetworkAcls,
  paginateDescribeRouteTables,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { AclEntry, Ipv6Path, SubnetOfVpc, VpcDns } from './cloud.ts';

/** The whole internet over IPv6. */
const EVERYWHERE = '::/0';

/** EC2 returns one attribute of one VPC a call. */
export async function readVpcDns(vpcs: readonly string[], region: string): Promise<Map<string, VpcDns>> {
  const client = new EC2Client({ region });
  const read = async (vpc: string): Promise<[string, VpcDns]> => {
    const [{ EnableDnsSupport }, { EnableDnsHostnames }] = await Promise.all([
      client.send(new DescribeVpcAttributeCommand({ VpcId: vpc, Attribute: 'enableDnsSupport' })),
      client.send(new DescribeVpcAttributeCommand({ VpcId: vpc, Attribute: 'enableDnsHostnames' })),
    ]);
    return [
      vpc,
      { support: EnableDnsSupport?.Value === true, hostnames: EnableDnsHostnames?.Value === true },
    ];
  };
  return new Map(await Promise.all(vpcs.map(read)));
}

/** The route table and the network ACL of each subnet. */
export async function readIpv6Paths(
  subnets: readonly SubnetOfVpc[],
  region: string,
): Promise<Map<string, Ipv6Path>> {
  // An empty list of ids would return every route table.
  if (subnets.length === 0) return new Map();
  const client = new EC2Client({ region });
  const ofVpcs = { Filters: [{ Name: 'vpc-id', Values: [...new Set(subnets.map(({ vpc }) => vpc))] }] };
  const tables: RouteTable[] = [];
  for await (const page of paginateDescribeRouteTables({ client }, ofVpcs))
    tables.push(...(page.RouteTables ?? []));
  const acls: DescribedAcl[] = [];
  for await (const page of paginateDescribeNetworkAcls({ client }, ofVpcs))
    acls.push(...(page.NetworkAcls ?? []));
  return new Map(
    subnets.map(({ subnet, vpc }) => [
      subnet,
      { ...readRoute(findTable(tables, subnet, vpc)), ...readAcl(findAcl(acls, subnet)) },
    ]),
  );
}

/** A subnet without a route table of its own has the main one of its VPC. */
function findTable(tables: readonly RouteTable[], subnet: string, vpc: string): RouteTable | undefined {
  const has = (table: RouteTable, wanted: 'own' | 'main') =>
    (table.Associations ?? []).some(({ SubnetId, Main }) =>
      wanted === 'own' ? SubnetId === subnet : Main === true,
    );
  return (
    tables.find((table) => has(table, 'own')) ??
    tables.find((table) => table.VpcId === vpc && has(table, 'main'))
  );
}

function readRoute(table: RouteTable | undefined): Pick<Ipv6Path, 'routeTable' | 'target'> {
  const route = table?.Routes?.find(
    ({ DestinationIpv6CidrBlock }) => DestinationIpv6CidrBlock === EVERYWHERE,
  );
  const target = route && targetOf(route);
  return { routeTable: table?.RouteTableId ?? '', ...(target === undefined ? {} : { target }) };
}

function targetOf(route: Route): string {
  return (
    route.GatewayId ??
    route.EgressOnlyInternetGatewayId ??
    route.TransitGatewayId ??
    route.NetworkInterfaceId ??
    route.NatGatewayId ??
    route.VpcPeeringConnectionId ??
    'an unknown target'
  );
}

function findAcl(acls: readonly DescribedAcl[], subnet: string): DescribedAcl | undefined {
  return acls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
}

function readAcl(acl: DescribedAcl | undefined): Pick<Ipv6Path, 'acl'> {
  const { NetworkAclId: id, Entries = [] } = acl ?? {};
  return id === undefined ? {} : { acl: { id, entries: Entries.flatMap((entry) => aclEntry(entry) ?? []) } };
}

function aclEntry(entry: NetworkAclEntry): AclEntry | undefined {
  const { RuleNumber = 0, Egress, RuleAction, Protocol = '', Ipv6CidrBlock: cidr, PortRange } = entry;
  if (cidr === undefined) return undefined;
  const { From: from = 0, To: to = 65_535 } = PortRange ?? {};
  const does = { inbound: Egress !== true, allows: RuleAction === 'allow' };
  return { number: RuleNumber, ...does, protocol: Protocol, from, to, cidr };
}
