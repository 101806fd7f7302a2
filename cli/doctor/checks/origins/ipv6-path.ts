import type { AclEntry, Ipv6Path, NetworkAcl } from '../../cloud.ts';
import { EVERYONE } from './admission.ts';

/** An obstacle to CloudFront's packets on the way to a subnet, or to the responses. */
export interface Obstacle {
  what: string;
  remedy: string;
}

/** Ports to which responses go: the first and the last one that clients use. */
const CLIENT_PORTS = [1_024, 65_535];

/** Obstacles between a subnet and the internet over IPv6, for instances that listen on `ports`. */
export function findObstacles(path: Ipv6Path, ports: readonly number[], region: string): Obstacle[] {
  const route = findRouteObstacle(path, region);
  const acl = path.acl === undefined ? [] : findAclObstacles(path.acl, ports, region);
  return [...(route === undefined ? [] : [route]), ...acl];
}

/** Only an internet gateway lets connections in. */
function findRouteObstacle({ routeTable, target }: Ipv6Path, region: string): Obstacle | undefined {
  if (target?.startsWith('igw-')) return undefined;
  const to = `--region ${region} --route-table-id ${routeTable} --destination-ipv6-cidr-block ::/0 --gateway-id igw-ID`;
  if (target === undefined)
    return { what: `${routeTable} has no route for ::/0`, remedy: `aws ec2 create-route ${to}` };
  const why = target.startsWith('eigw-')
    ? 'an egress-only internet gateway, through which no connection comes in'
    : 'not to an internet gateway';
  return {
    what: `the route ::/0 of ${routeTable} leads to ${target}, ${why}`,
    remedy: `aws ec2 replace-route ${to}`,
  };
}

function findAclObstacles({ id, entries }: NetworkAcl, ports: readonly number[], region: string): Obstacle[] {
  const create = (direction: string, range: string) =>
    `aws ec2 create-network-acl-entry --region ${region} --network-acl-id ${id} ${direction} --rule-number FREE-NUMBER --protocol 6 --port-range ${range} --ipv6-cidr-block ::/0 --rule-action allow`;
  const refused = ports.find((port) => !isAllowed(entries, true, port));
  const lost = CLIENT_PORTS.some((port) => !isAllowed(entries, false, port));
  return [
    ...(refused === undefined
      ? []
      : [
          {
            what: `network ACL ${id} refuses IPv6 on port ${refused}`,
            remedy: create('--ingress', `From=${refused},To=${refused}`),
          },
        ]),
    ...(lost
      ? [
          {
            what: `network ACL ${id} refuses responses over IPv6 (ports 1024–65535)`,
            remedy: create('--egress', 'From=1024,To=65535'),
          },
        ]
      : []),
  ];
}

/**
 * Whether the first entry that decides allows TCP from or to the port. An entry that allows a smaller network may be for
 * CloudFront's addresses, so it counts; one that denies a smaller network does not.
 */
function isAllowed(entries: readonly AclEntry[], inbound: boolean, port: number): boolean {
  const deciding = entries
    .filter((entry) => entry.inbound === inbound && (entry.protocol === '-1' || entry.protocol === '6'))
    .filter(({ from, to }) => from <= port && port <= to)
    .filter(({ cidr, allows }) => cidr === EVERYONE.ipv6 || allows)
    .sort((a, b) => a.number - b.number);
  return deciding[0]?.allows ?? false;
}
