import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { parseIpv6 } from '../../../core/ec2/ipv6.ts';
import { LABELS, type Run } from '../run.ts';
import type { Probe } from './probe.ts';

/** Questions about the instance without IPv4, which an edge has served by then. */
export const IPV6_PROBES: readonly Probe[] = [
  {
    question: 'Is the name that the updater computes from an IPv6 address the one that EC2 gives it?',
    expected: 'the same name, in ip.aws',
    how: 'ec2 DescribeNetworkInterfaces, PublicIpv6DnsName',
    async run(run) {
      const { address, name } = await interfaceOf(run);
      const bits = parseIpv6(address);
      const computed = bits === undefined ? 'none' : encodeIpAwsName({ ipv6: bits }, run.options.region);
      return {
        seen: name === computed ? name : `${name || 'none'}, not ${computed}`,
        agrees: name === computed,
      };
    },
  },
  {
    question: 'Does the public IPv6 name resolve from outside of the VPC?',
    expected: 'one AAAA record, the address of the instance',
    how: "a DNS query of this machine for the name's AAAA records",
    async run(run) {
      const { address, name } = await interfaceOf(run);
      const found = await run.world.resolve(name);
      const isSame = found.length === 1 && parseIpv6(found[0] ?? '') === parseIpv6(address);
      return { seen: found.join(', ') || 'no record', agrees: isSame };
    },
  },
  {
    question: 'Which side of the connection does an app over IPv6 see?',
    expected: 'an IPv6 address of CloudFront',
    how: `GET /whoami of ${LABELS.ipv6}, the peer's address`,
    async run(run) {
      const { body } = await run.ask(LABELS.ipv6, '/whoami');
      const { peer = 'none' } = JSON.parse(body) as { peer?: string };
      return { seen: peer, agrees: parseIpv6(peer) !== undefined && !peer.startsWith('::ffff:') };
    },
  },
];

/** Asked after the second start. */
export const KEPT_PROBE: Probe = {
  question: 'Does an instance keep its IPv6 address over a stop and a start?',
  expected: 'the same address',
  how: 'ec2 DescribeNetworkInterfaces, before and after',
  async run(run) {
    const before = run.ipv6Address;
    const { address } = await interfaceOf(run);
    return {
      seen: address === before ? address : `${address} after ${before}`,
      agrees: address !== '' && address === before,
    };
  },
};

/** The address at the first call is kept for the probe after the second start. */
async function interfaceOf(run: Run): Promise<{ address: string; name: string }> {
  const found = await run.world.ipv6Of(run.options.region, run.instanceOf(LABELS.ipv6));
  run.ipv6Address ||= found.address;
  return found;
}
