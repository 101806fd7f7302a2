import { parseTags } from '../../../core/routes/route-spec.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import type { Check } from '../check.ts';
import type { Cloud, FleetMember, InboundRule } from '../cloud.ts';
import type { Deployment } from '../deployment.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

interface RegionPorts {
  region: string;
  members: readonly FleetMember[];
  rules: ReadonlyMap<string, readonly InboundRule[]>;
  /** Ids of CloudFront's prefix lists. */
  edges: readonly string[];
}

/** Can the edge, and only the edge, reach the routed ports of running instances? */
export const securityGroups: Check<readonly RegionPorts[]> = {
  collect: (cloud, { regions }) => Promise.all(regions.map((region) => readRegion(cloud, region))),
  evaluate: (regions, deployment) => {
    const doors = regions.flatMap((region) => listRoutedPorts(region, deployment));
    const wrong = doors.flatMap((door) => evaluatePort(door) ?? []);
    return wrong.length > 0
      ? wrong
      : [ok(`${doors.length} routed ports of running instances admit only the edge`)];
  },
};

async function readRegion(cloud: Cloud, region: string): Promise<RegionPorts> {
  const fleet = await cloud.fleet(region);
  const members = fleet.filter(({ instance }) => instance.state === 'running');
  const groups = [...new Set(members.flatMap((member) => member.groups))];
  const [rules, edges] = await Promise.all([cloud.inboundRules(groups, region), cloud.originFacing(region)]);
  return { region, members, rules, edges };
}

/** One port that a route leads to. */
interface RoutedPort {
  id: string;
  region: string;
  port: number;
  groups: readonly string[];
  edges: readonly string[];
  rules: readonly InboundRule[];
}

function listRoutedPorts(
  { region, members, rules, edges }: RegionPorts,
  { id: deployment, baseDomain }: Deployment,
): RoutedPort[] {
  const settings = completeSettings({ deployment, baseDomain });
  return members.flatMap(({ instance, groups }) => {
    const ports = new Set(parseTags(instance, settings).specs.map(({ port }) => port));
    const inbound = groups.flatMap((group) => rules.get(group) ?? []);
    return [...ports].map((port) => ({
      ...{ id: instance.id, region, port, groups, edges },
      rules: inbound.filter((rule) => admits(rule, port)),
    }));
  });
}

function admits({ protocol, from, to }: InboundRule, port: number): boolean {
  return protocol === '-1' || (protocol === 'tcp' && from <= port && port <= to);
}

function evaluatePort({ id, region, port, groups, edges, rules }: RoutedPort): Finding | undefined {
  const lists = rules.flatMap((rule) => rule.prefixLists);
  const open = rules.flatMap((rule) => rule.cidrs).filter((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0');
  const permission = `IpProtocol=tcp,FromPort=${port},ToPort=${port},PrefixListIds=[{PrefixListId=${edges[0] ?? 'pl-ID'}}]`;
  const admit = `aws ec2 authorize-security-group-ingress --region ${region} --group-id ${groups[0]} --ip-permissions '${permission}'`;
  if (open.length > 0) {
    return warning(
      `${id} admits the whole internet on port ${port} (${open.join(', ')}), so requests can bypass the edge and its web ACL`,
      `admit CloudFront's prefix list with ${admit}, then revoke the rule for ${open[0]}`,
    );
  }
  if (lists.some((list) => edges.includes(list))) return undefined;
  if (lists.length > 0) {
    return warning(
      `${id} admits ${lists.join(', ')} on port ${port}, which is not CloudFront's own prefix list`,
      `make sure that it holds CloudFront's addresses, or use ${edges.join(' or ') || "CloudFront's list"}`,
    );
  }
  return failure(`${id} does not admit the edge on port ${port}, so viewers get 504`, admit);
}
