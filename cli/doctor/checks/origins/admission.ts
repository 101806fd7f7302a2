import type { Family, InboundRule } from '../../cloud.ts';
import type { Origin, OriginFleet } from './origin-fleet.ts';

/** The networks that are the whole internet. */
export const EVERYONE: Readonly<Record<Family, string>> = { ipv4: '0.0.0.0/0', ipv6: '::/0' };

/** The rules of an instance that admit a port. */
export function rulesFor({ rules }: Pick<Origin, 'rules'>, port: number): InboundRule[] {
  return rules.filter(
    ({ protocol, from, to }) => protocol === '-1' || (protocol === 'tcp' && from <= port && port <= to),
  );
}

/** Whether CloudFront's list of a family, or everyone in that family, is admitted to all routed ports. */
export function admitsEdge(origin: Origin, family: Family, { lists }: Pick<OriginFleet, 'lists'>): boolean {
  return origin.ports.every((port) =>
    rulesFor(origin, port).some(
      ({ cidrs, prefixLists }) =>
        cidrs.includes(EVERYONE[family]) || prefixLists.some((list) => list === lists[family]),
    ),
  );
}

/** ICMPv6 type 2, code 0 (RFC 4443 §3.2): without it a packet that is too large for a router on the way is lost. */
export function admitsPacketTooBig({ rules }: Pick<Origin, 'rules'>): boolean {
  return rules.some(
    ({ protocol, from, to, cidrs }) =>
      cidrs.includes(EVERYONE.ipv6) &&
      (protocol === '-1' ||
        ((protocol === 'icmpv6' || protocol === '58') &&
          (from === -1 || (from === 2 && (to === 0 || to === -1))))),
  );
}
