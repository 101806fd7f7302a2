import type { Cloud, Ipv6Path, SubnetOfVpc, VpcDns } from '../../cloud.ts';
import type { Deployment } from '../../deployment.ts';
import { type OriginFleet, readOriginFleet } from './origin-fleet.ts';

/** The running instances of a region that have routes, and the network around them. */
export interface OriginNetwork extends OriginFleet {
  /** By VPC. */
  dns: ReadonlyMap<string, VpcDns>;
  /** By subnet, for instances with a public IPv6 address. */
  paths: ReadonlyMap<string, Ipv6Path>;
  /** The public IPv6 names of instances that DNS does not know. */
  unknownNames: ReadonlySet<string>;
}

/** Reads the instances of one region and their network. */
export async function readOriginNetwork(
  cloud: Cloud,
  deployment: Deployment,
  region: string,
): Promise<OriginNetwork> {
  const fleet = await readOriginFleet(cloud, deployment, region);
  const vpcs = new Set<string>();
  const subnets = new Map<string, SubnetOfVpc>();
  for (const { instance, primary } of fleet.origins) {
    const { vpc } = instance;
    if (vpc === undefined) continue;
    vpcs.add(vpc);
    if (typeof instance.ipv6 === 'object' && primary !== undefined)
      subnets.set(primary.subnet, { subnet: primary.subnet, vpc });
  }
  const [dns, paths, unknownNames] = await Promise.all([
    cloud.vpcDns([...vpcs], region),
    cloud.ipv6Paths([...subnets.values()], region),
    findUnknownNames(cloud, fleet),
  ]);
  return { ...fleet, dns, paths, unknownNames };
}

/** A resolver may refuse many questions at once. */
const LOOKUPS_AT_ONCE = 20;

async function findUnknownNames(cloud: Cloud, { origins }: OriginFleet): Promise<Set<string>> {
  const names = origins.flatMap(({ instance: { address } }) => (address?.via === 'ipv6' ? address.name : []));
  const unknown = new Set<string>();
  for (let start = 0; start < names.length; start += LOOKUPS_AT_ONCE) {
    const some = names.slice(start, start + LOOKUPS_AT_ONCE);
    const found = await Promise.all(some.map((name) => cloud.addresses(name)));
    for (const [at, name] of some.entries()) if (found[at]?.length === 0) unknown.add(name);
  }
  return unknown;
}
