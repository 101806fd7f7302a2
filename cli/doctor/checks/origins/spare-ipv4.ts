import { groupBy } from '../../../../core/group-by.ts';
import { advice, type Finding } from '../../finding.ts';
import { admitsEdge, admitsPacketTooBig } from './admission.ts';
import { findObstacles } from './ipv6-path.ts';
import { listNames, type Origin } from './origin-fleet.ts';
import type { OriginNetwork } from './origin-network.ts';

/** An instance that the edge reaches over IPv4, and what it lacks to be reached over IPv6. */
interface Candidate {
  origin: Origin;
  lacks: string;
}

/** The instances that could do without their public IPv4 address, in one finding. */
export function adviseOnIpv4(regions: readonly OriginNetwork[]): Finding[] {
  const candidates = regions.flatMap((network) =>
    network.origins
      .filter(({ instance }) => instance.address?.via === 'ipv4')
      .map((origin): Candidate => ({ origin, lacks: joinWords(listLacking(origin, network)) })),
  );
  if (candidates.length === 0) return [];
  const groups = groupBy(candidates, ({ lacks }) => lacks);
  const texts = [...groups]
    .sort(([a], [b]) => Number(a !== '') - Number(b !== ''))
    .map(([lacks, members]) => {
      const names = listNames(members.map(({ origin }) => origin));
      return lacks === '' ? `Ready: ${names}.` : `Without ${lacks}: ${names}.`;
    });
  return [
    advice(
      `public IPv4 addresses that IPv6 could replace if the apps listen on ::, which the doctor cannot see. ${texts.join(' ')}`,
      'docs/operate/private-instances.md has the steps',
    ),
  ];
}

/** `a, b and c`. */
function joinWords(words: readonly string[]): string {
  const [last = '', ...others] = [...words].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

function listLacking(origin: Origin, network: OriginNetwork): string[] {
  const { instance, primary, ports } = origin;
  const path = network.paths.get(primary?.subnet ?? '');
  const obstacles = path === undefined ? [] : findObstacles(path, ports, network.region);
  return [
    ...(typeof instance.ipv6 === 'object' ? [] : [WANTED[instance.ipv6 ?? 'none']]),
    ...(admitsEdge(origin, 'ipv6', network) && admitsPacketTooBig(origin)
      ? []
      : ['the security group for IPv6']),
    ...(obstacles.length === 0 ? [] : ['a way for IPv6 through route table and network ACL']),
  ];
}

/** The address that is missing, by the reason of its absence. */
const WANTED = {
  none: 'a public IPv6 address',
  'not-public': 'a public IPv6 address',
  'other-interface': 'a public IPv6 address on the primary interface',
} as const;
