import { groupBy } from '../../../../core/group-by.ts';
import type { Check } from '../../check.ts';
import { type Finding, failure, ok } from '../../finding.ts';
import { findObstacles } from './ipv6-path.ts';
import { familyOf, listNames, type Origin } from './origin-fleet.ts';
import { type OriginNetwork, readOriginNetwork } from './origin-network.ts';
import { adviseOnIpv4 } from './spare-ipv4.ts';

/** Does each running instance have an address to which CloudFront can connect, and which could do without IPv4? */
export const addresses: Check<readonly OriginNetwork[]> = {
  collect: (cloud, deployment) =>
    Promise.all(deployment.regions.map((region) => readOriginNetwork(cloud, deployment, region))),
  evaluate: (regions) => {
    const wrong = regions.flatMap((network) => [
      ...evaluateDns(network),
      ...network.origins.flatMap((origin) => evaluateAddress(origin, network) ?? []),
      ...evaluatePaths(network),
    ]);
    const origins = regions.flatMap((network) => network.origins);
    const over = (family: string) =>
      origins.filter(({ instance }) => instance.address?.via === family).length;
    return [
      ...(wrong.length > 0
        ? wrong
        : [ok(`running instances with a public name: ${over('ipv4')} over IPv4, ${over('ipv6')} over IPv6`)]),
      ...adviseOnIpv4(regions),
    ];
  },
};

/** An instance whose public name exists only if the VPC answers for it. */
function dependsOnDns({ instance }: Origin): boolean {
  return instance.address?.via !== 'ipv4';
}

function evaluateDns({ region, origins, dns }: OriginNetwork): Finding[] {
  return [...dns].flatMap(([vpc, { support, hostnames }]) => {
    const off = [
      ...(support ? [] : [{ name: 'DNS support', flag: '--enable-dns-support' }]),
      ...(hostnames ? [] : [{ name: 'DNS hostnames', flag: '--enable-dns-hostnames' }]),
    ];
    const affected = origins.filter((origin) => origin.instance.vpc === vpc && dependsOnDns(origin));
    if (off.length === 0 || affected.length === 0) return [];
    return [
      failure(
        `${vpc} in ${region} has ${off.map(({ name }) => name).join(' and ')} off, so the edge finds no public name for ${listNames(affected)}`,
        off
          .map(({ flag }) => `aws ec2 modify-vpc-attribute --region ${region} --vpc-id ${vpc} ${flag}`)
          .join(' && '),
      ),
    ];
  });
}

/** Why the edge cannot find a running instance. One in a VPC without public names is in the finding about that VPC. */
function evaluateAddress(origin: Origin, { dns, unknownNames }: OriginNetwork): Finding | undefined {
  const { instance, name, region, primary, ipv6 } = origin;
  const here = dns.get(instance.vpc ?? '');
  if (here !== undefined && !(here.support && here.hostnames)) return undefined;
  if (instance.address?.via === 'ipv6' && unknownNames.has(instance.address.name)) {
    return failure(
      `${instance.address.name}, the public name of ${name}, has no address in DNS, so its names stay starting`,
      `try it again in a minute with dig AAAA ${instance.address.name}; if it stays unknown, set the tag proxy:address = ipv4 and report it`,
    );
  }
  if (instance.address !== undefined) return undefined;
  const assign = `aws ec2 assign-ipv6-addresses --region ${region} --network-interface-id ${primary?.id ?? 'eni-ID'} --ipv6-address-count 1`;
  if (instance.ipv6 === 'not-public') {
    return failure(
      `${name} has only IPv6 addresses that are not public (${ipv6.join(', ')}), so the edge cannot reach it`,
      `give its subnet a block of public addresses, then ${assign}`,
    );
  }
  if (instance.ipv6 === 'other-interface') {
    return failure(
      `${name} has several network interfaces, and only another one than the primary one (${primary?.id ?? 'unknown'}) has a public IPv6 address, which the edge does not use`,
      assign,
    );
  }
  if (instance.ipv6 !== undefined) {
    return failure(
      `${name} has a public IPv6 address, but its tag proxy:address = ${instance.tags['proxy:address']} excludes it, and it has no public IPv4 name`,
      `aws ec2 delete-tags --region ${region} --resources ${instance.id} --tags Key=proxy:address`,
    );
  }
  return failure(
    `${name} has no public IPv6 address and no public IPv4 name that its tags allow, so its names stay starting`,
    `give it an IPv6 address (free) with ${assign}, or a public IPv4 address; see docs/operate/private-instances.md`,
  );
}

/** Obstacles of a subnet, once for all its instances that the edge reaches over IPv6. */
function evaluatePaths({ region, origins, paths }: OriginNetwork): Finding[] {
  const served = origins.filter((origin) => familyOf(origin) === 'ipv6');
  const bySubnet = groupBy(served, ({ primary }) => primary?.subnet ?? '');
  return [...bySubnet].flatMap(([subnet, members]) => {
    const path = paths.get(subnet);
    if (path === undefined) return [];
    const ports = [...new Set(members.flatMap((each) => each.ports))];
    return findObstacles(path, ports, region).map(({ what, remedy }) =>
      failure(`${subnet}: ${what}, so the edge cannot reach ${listNames(members)}`, remedy),
    );
  });
}
