import { resolve6 } from 'node:dns/promises';
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { Ipv6Vpc } from '../world.ts';

/** The tag by which the VPC of a run is found again. */
const TAG = 'edge-proxy-e2e';

/** The steps of docs/operate/private-instances.md. */
export async function makeIpv6Vpc(region: string, deployment: string): Promise<Ipv6Vpc> {
  const client = new EC2Client({ region });
  const made = await client.send(
    new CreateVpcCommand({
      CidrBlock: '10.64.0.0/24',
      AmazonProvidedIpv6CidrBlock: true,
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: TAG, Value: deployment }] }],
    }),
  );
  const vpc = required(made.Vpc?.VpcId, 'CreateVpc');
  for (const attribute of ['EnableDnsSupport', 'EnableDnsHostnames'] as const)
    await client.send(new ModifyVpcAttributeCommand({ VpcId: vpc, [attribute]: { Value: true } }));
  const gateway = await attachGateway(client, vpc);
  const ofVpc = { Filters: [{ Name: 'vpc-id', Values: [vpc] }] };
  const { RouteTables = [] } = await client.send(new DescribeRouteTablesCommand(ofVpc));
  await client.send(
    new CreateRouteCommand({
      RouteTableId: required(RouteTables[0]?.RouteTableId, 'DescribeRouteTables'),
      DestinationIpv6CidrBlock: '::/0',
      GatewayId: gateway,
    }),
  );
  const block = await ipv6BlockOf(client, vpc);
  const { Subnet } = await client.send(
    new CreateSubnetCommand({
      ...{ VpcId: vpc, Ipv6Native: true, Ipv6CidrBlock: block.replace(/\/56$/, '/64') },
    }),
  );
  const subnet = required(Subnet?.SubnetId, 'CreateSubnet');
  await client.send(
    new ModifySubnetAttributeCommand({ SubnetId: subnet, AssignIpv6AddressOnCreation: { Value: true } }),
  );
  return { vpc, subnet };
}

async function attachGateway(client: EC2Client, vpc: string): Promise<string> {
  const { InternetGateway } = await client.send(new CreateInternetGatewayCommand({}));
  const gateway = required(InternetGateway?.InternetGatewayId, 'CreateInternetGateway');
  await client.send(new AttachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId: gateway }));
  return gateway;
}

/** EC2 assigns the block some seconds after the VPC is made. */
async function ipv6BlockOf(client: EC2Client, vpc: string): Promise<string> {
  for (let tries = 0; tries < 30; tries += 1) {
    const { Vpcs = [] } = await client.send(new DescribeVpcsCommand({ VpcIds: [vpc] }));
    const [block] = Vpcs[0]?.Ipv6CidrBlockAssociationSet ?? [];
    if (block?.Ipv6CidrBlockState?.State === 'associated' && block.Ipv6CidrBlock) return block.Ipv6CidrBlock;
    await new Promise((done) => setTimeout(done, 2_000));
  }
  throw new Error(`${vpc} has no IPv6 block a minute after it was made`);
}

/** Deletes the VPC of a run, its subnets and its internet gateway. */
export async function removeIpv6Vpc(region: string, deployment: string): Promise<void> {
  const client = new EC2Client({ region });
  const tagged = { Filters: [{ Name: `tag:${TAG}`, Values: [deployment] }] };
  const { Vpcs = [] } = await client.send(new DescribeVpcsCommand(tagged));
  for (const { VpcId = '' } of Vpcs) {
    const ofVpc = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] };
    const { Subnets = [] } = await client.send(new DescribeSubnetsCommand(ofVpc));
    for (const { SubnetId } of Subnets) await client.send(new DeleteSubnetCommand({ SubnetId }));
    const attached = { Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] };
    const { InternetGateways = [] } = await client.send(new DescribeInternetGatewaysCommand(attached));
    for (const { InternetGatewayId } of InternetGateways) {
      await client.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
      await client.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    }
    await client.send(new DeleteVpcCommand({ VpcId }));
  }
}

/** The IPv6 address of an instance's interface, and the public name that EC2 gives it; '' if there is none. */
export async function ipv6Of(region: string, id: string): Promise<{ address: string; name: string }> {
  const filter = { Filters: [{ Name: 'attachment.instance-id', Values: [id] }] };
  const { NetworkInterfaces = [] } = await new EC2Client({ region }).send(
    new DescribeNetworkInterfacesCommand(filter),
  );
  const [first] = NetworkInterfaces[0]?.Ipv6Addresses ?? [];
  return { address: first?.Ipv6Address ?? '', name: first?.PublicIpv6DnsName ?? '' };
}

/** AAAA records of a name; none if it does not exist. */
export async function resolveIpv6(name: string): Promise<string[]> {
  try {
    return await resolve6(name);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}

function required(id: string | undefined, call: string): string {
  if (id === undefined) throw new Error(`${call} named no id`);
  return id;
}
