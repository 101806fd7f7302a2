import type { Instance, Ipv6Reach } from '../instance.ts';
import { type Explanation, makeProblem, type Problem } from '../problem.ts';
import { ADDRESS_TAG, addressKindOf } from '../tags/address-kind.ts';
import type { Hostname } from '../wire/brands.ts';

/** The problem of an instance that runs without an address for CloudFront. */
export function addressProblem(instance: Instance, hostnames: readonly Hostname[]): Problem {
  const { id, tags } = instance;
  const kind = addressKindOf(tags);
  if (kind === undefined) return makeProblem({ ...explain(instance), instance: id, hostnames });
  return makeProblem({
    ...{ code: 'address-missing', instance: id, tag: ADDRESS_TAG, found: kind, hostnames },
    what: `${id}: \`${ADDRESS_TAG}\` is "${kind}", but ${lackOf(kind, instance)}, so CloudFront cannot reach it`,
    remedy: `${kind === 'ipv6' ? GIVE_IPV6 : GIVE_IPV4}, or remove the tag`,
  });
}

const GIVE_IPV6 = 'give its primary network interface a public IPv6 address (free)';
const GIVE_IPV4 = 'give it a public IPv4 address in a VPC with DNS hostnames';

function explain({ id, ipv6 }: Instance): Explanation {
  const fault = faultOf(ipv6);
  if (fault !== undefined) {
    const { code, what } = FAULTS[fault];
    return { code, what: `${id}: ${what}, so CloudFront cannot reach it`, remedy: GIVE_IPV6 };
  }
  return {
    code: 'no-public-name',
    what: `${id} is running without a public DNS name, so CloudFront cannot reach it`,
    remedy: 'give it an IPv6 address (free) or a public IPv4 address, in a VPC with DNS hostnames',
  };
}

function lackOf(kind: 'ipv4' | 'ipv6', { ipv6 }: Instance): string {
  if (kind === 'ipv4') return 'the instance has no public IPv4 name';
  const fault = faultOf(ipv6);
  return fault === undefined ? 'the instance has no IPv6 address' : FAULTS[fault].what;
}

type Ipv6Fault = Extract<Ipv6Reach, string>;

const faultOf = (ipv6: Ipv6Reach | undefined) => (typeof ipv6 === 'string' ? ipv6 : undefined);

const FAULTS = {
  'not-public': {
    code: 'address-not-public',
    what: 'its IPv6 addresses are not public, such as unique local ones',
  },
  'other-interface': {
    code: 'address-on-other-interface',
    what: 'its public IPv6 addresses are not on its primary network interface',
  },
} as const satisfies Readonly<Record<Ipv6Fault, Pick<Explanation, 'code' | 'what'>>>;
