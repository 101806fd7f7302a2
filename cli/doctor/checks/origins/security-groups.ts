import type { Check } from '../../check.ts';
import type { Family } from '../../cloud.ts';
import { type Finding, failure, ok, warning } from '../../finding.ts';
import { admitsPacketTooBig, EVERYONE, rulesFor } from './admission.ts';
import { familyOf, type Origin, type OriginFleet, readOriginFleet } from './origin-fleet.ts';

/** Can the edge, and only the edge, reach the routed ports of running instances, over the family that it uses? */
export const securityGroups: Check<readonly OriginFleet[]> = {
  collect: (cloud, deployment) =>
    Promise.all(deployment.regions.map((region) => readOriginFleet(cloud, deployment, region))),
  evaluate: (regions) => {
    const wrong = regions.flatMap(({ origins, lists }) =>
      origins.flatMap((origin) => {
        const family = familyOf(origin);
        return family === undefined ? [] : evaluateOrigin(origin, family, lists);
      }),
    );
    if (wrong.length > 0) return wrong;
    const ports = regions.flatMap(({ origins }) => origins.flatMap((origin) => origin.ports));
    return [ok(`${ports.length} routed ports of running instances admit only the edge`)];
  },
};

/** Names in messages. */
const WORD: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

function evaluateOrigin(origin: Origin, family: Family, lists: OriginFleet['lists']): Finding[] {
  return [
    ...origin.ports.flatMap((port) => evaluatePort({ origin, port, family }, lists) ?? []),
    ...(family === 'ipv4' || admitsPacketTooBig(origin) ? [] : [missPacketTooBig(origin)]),
  ];
}

/** A port of an instance that routes lead to, over one family. */
interface RoutedPort {
  origin: Origin;
  port: number;
  family: Family;
}

function evaluatePort(
  { origin, port, family }: RoutedPort,
  lists: OriginFleet['lists'],
): Finding | undefined {
  const other = family === 'ipv4' ? 'ipv6' : 'ipv4';
  const rules = rulesFor(origin, port);
  const admitted = rules.flatMap(({ prefixLists }) => prefixLists);
  const cidrs = rules.flatMap((rule) => rule.cidrs);
  const open = Object.values(EVERYONE).filter((cidr) => cidrs.includes(cidr));
  const isListed = admitted.some((list) => list === lists[family]);
  const foreign = admitted.filter((list) => list !== lists.ipv4 && list !== lists.ipv6);
  const { name, region } = origin;
  const permission = `IpProtocol=tcp,FromPort=${port},ToPort=${port},PrefixListIds=[{PrefixListId=${lists[family]}}]`;
  const admit = authorize(origin, permission);
  const noList = `${region} has no prefix list of CloudFront's ${WORD[family]} addresses; give the instance a public ${WORD[other]} address`;
  if (!isListed && !open.includes(EVERYONE[family]) && foreign.length === 0) {
    const instead = admitted.some((list) => list === lists[other])
      ? ` (its groups admit CloudFront over ${WORD[other]} only)`
      : '';
    return failure(
      `${name} does not admit the edge over ${WORD[family]} on port ${port}${instead}, so viewers get 504`,
      lists[family] === undefined ? noList : admit,
    );
  }
  if (open.length > 0) {
    return warning(
      `${name} admits the whole internet on port ${port} (${open.join(', ')}), so requests can bypass the edge and its web ACL`,
      `admit CloudFront's prefix list with ${admit}, then revoke the rule for ${open[0]}`,
    );
  }
  if (isListed) return undefined;
  return warning(
    `${name} admits ${foreign.join(', ')} on port ${port}, which is not CloudFront's own prefix list`,
    `make sure that it holds CloudFront's ${WORD[family]} addresses, or use ${lists[family] ?? "CloudFront's own list"}`,
  );
}

function missPacketTooBig(origin: Origin): Finding {
  return warning(
    `${origin.name} does not admit ICMPv6 packet-too-big, so large responses over IPv6 can hang`,
    authorize(origin, 'IpProtocol=icmpv6,FromPort=2,ToPort=0,Ipv6Ranges=[{CidrIpv6=::/0}]'),
  );
}

function authorize({ region, groups }: Origin, permission: string): string {
  return `aws ec2 authorize-security-group-ingress --region ${region} --group-id ${groups[0] ?? 'sg-ID'} --ip-permissions '${permission}'`;
}
