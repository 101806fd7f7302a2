import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Cloud, FleetMember, InboundRule, Ipv6Path } from '../../../cli/doctor/cloud.ts';
import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { CHECKS } from '../../../cli/doctor/examine.ts';
import { formatFindings } from '../../../cli/doctor/finding.ts';
import type { Instance } from '../../../core/instance.ts';
import { idOf } from '../../support/values/instances.ts';
import { aclEntry, admitting, admittingIpv6, healthy, ipv6Member, MEMBER, OPEN_PATH } from './healthy.ts';

/** The lines of the two checks about instances. */
async function lines(more: Partial<Cloud>): Promise<string[]> {
  const cloud = healthy(more);
  const deployment = await findDeployment(cloud, { deployment: 'main', homeRegion: 'eu-west-1' });
  return formatFindings([
    await CHECKS.addresses(cloud, deployment),
    await CHECKS['security groups'](cloud, deployment),
  ]);
}

/** A fleet, whose members all have the group `sg-1` with these rules. */
function fleetOf(members: readonly FleetMember[], ...rules: InboundRule[]): Partial<Cloud> {
  return { fleet: async () => members, inboundRules: async () => new Map([['sg-1', rules]]) };
}

const overIpv6 = fleetOf([ipv6Member()], ...admittingIpv6(3000));
const pathOf = (path: Partial<Ipv6Path>): Partial<Cloud> => ({
  ipv6Paths: async (subnets) => new Map(subnets.map(({ subnet }) => [subnet, { ...OPEN_PATH, ...path }])),
});
const entriesOf = (...entries: ReturnType<typeof aclEntry>[]) => pathOf({ acl: { id: 'acl-1', entries } });
const dnsOf = (support: boolean, hostnames: boolean): Partial<Cloud> => ({
  vpcDns: async (vpcs) => new Map(vpcs.map((vpc) => [vpc, { support, hostnames }])),
});

/** An instance without a public IPv4 name. */
function unreachable(more: Partial<Instance>, ipv6: readonly string[]): FleetMember {
  const { address: _, ...instance } = MEMBER.instance;
  return { ...MEMBER, instance: { ...instance, ...more }, ipv6 };
}

/** Instance number `n` over IPv4, with its own host tag. */
function app(n: number, host: string, more: Partial<Instance> = {}): FleetMember {
  const tags = { 'proxy:host': host, 'proxy:port': '3000' };
  return { ...MEMBER, instance: { ...MEMBER.instance, id: idOf(n), tags, ...more } };
}

const { ipv6: NAME } = ipv6Member().instance;
const ready = (n: number, host: string) => app(n, host, NAME === undefined ? {} : { ipv6: NAME });

/** Each case is a file in test/golden/doctor: the exact lines of the two checks. */
const CASES: Readonly<Record<string, Partial<Cloud>>> = {
  'one instance over IPv4': {},
  'one instance over IPv6': overIpv6,
  'IPv6 with the group for IPv4': fleetOf([ipv6Member()], admitting(3000)),
  'IPv4 with the group for IPv6': fleetOf([MEMBER], ...admittingIpv6(3000)),
  'IPv6 on another port': fleetOf([ipv6Member()], ...admittingIpv6(80)),
  'IPv6 without packet-too-big': fleetOf([ipv6Member()], ...admittingIpv6(3000).slice(0, 1)),
  'IPv6 open to everyone over IPv4': fleetOf(
    [ipv6Member()],
    ...admittingIpv6(3000),
    admitting(3000, { cidrs: ['0.0.0.0/0'], prefixLists: [] }),
  ),
  'IPv6 in a region without the list': {
    ...fleetOf([ipv6Member()], admitting(3000)),
    originFacing: async () => ({ ipv4: 'pl-0edge' }),
  },
  'DNS hostnames off': { ...overIpv6, ...dnsOf(true, false) },
  'DNS support and hostnames off': {
    ...fleetOf([unreachable({}, [])], admitting(3000)),
    ...dnsOf(false, false),
  },
  'a name that DNS does not know': {
    ...overIpv6,
    addresses: async (name) => (name.endsWith('.ip.aws') ? [] : ['192.0.2.1']),
  },
  'only a unique local address': fleetOf(
    [unreachable({ ipv6: 'not-public' }, ['fd00:1::5'])],
    ...admittingIpv6(3000),
  ),
  'a public address on a second interface': fleetOf(
    [unreachable({ ipv6: 'other-interface', interfaces: ['eni-1', 'eni-2'] }, ['2a05:d014::7'])],
    ...admittingIpv6(3000),
  ),
  'no public address': fleetOf([unreachable({}, [])], admitting(3000)),
  'IPv6, but the tag wants IPv4': fleetOf(
    [
      unreachable(
        {
          ...(NAME === undefined ? {} : { ipv6: NAME }),
          tags: { ...MEMBER.instance.tags, 'proxy:address': 'ipv4' },
        },
        ['2a05:d014::1'],
      ),
    ],
    admitting(3000),
  ),
  'an egress-only internet gateway': { ...overIpv6, ...pathOf({ target: 'eigw-1' }) },
  'a route to a transit gateway': { ...overIpv6, ...pathOf({ target: 'tgw-1' }) },
  'no route for IPv6': {
    ...overIpv6,
    ipv6Paths: async () => new Map([['subnet-1', { routeTable: 'rtb-1' }]]),
  },
  'a network ACL for IPv4 only': { ...overIpv6, ...entriesOf() },
  'a network ACL that refuses responses': {
    ...overIpv6,
    ...entriesOf(aclEntry(1, {}), aclEntry(2, { inbound: false, from: 443, to: 443, protocol: '6' })),
  },
  'instances that could drop IPv4': fleetOf(
    [
      ...[ready(1, 'shop'), ready(2, 'api'), app(3, 'web')],
      ...[app(4, 'old', { ipv6: 'not-public' }), app(5, 'two', { ipv6: 'other-interface' })],
    ],
    admitting(3000),
    ...admittingIpv6(3000),
  ),
  'IPv4 that lacks only packet-too-big for IPv6': fleetOf(
    [ready(1, 'shop')],
    admitting(3000),
    ...admittingIpv6(3000).slice(0, 1),
  ),
  'nine instances that lack everything for IPv6': {
    ...fleetOf(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => app(n, `app${n}`)).concat(ready(9, 'app9')),
      admitting(3000),
    ),
    ...pathOf({ target: 'eigw-1' }),
  },
};

describe('the doctor about instances', () => {
  test.each(Object.entries(CASES))('prints its findings on %s', async (name, more) => {
    const file = `test/golden/doctor/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.txt`;
    await expect(`${(await lines(more)).join('\n')}\n`).toMatchFileSnapshot(resolve(file));
  });

  test('has no line of more than 80 columns, except for those with a command', async () => {
    for (const more of Object.values(CASES))
      for (const line of await lines(more))
        if (!/\baws /.test(line)) expect(line.length).toBeLessThanOrEqual(80);
  });

  test.each<[string, Partial<Cloud>]>([
    [
      'a network ACL that allows only CloudFront',
      entriesOf(
        aclEntry(90, { allows: true, cidr: '2600:9000::/28', protocol: '6', from: 3000, to: 3000 }),
        aclEntry(100, { allows: false }),
        aclEntry(100, { inbound: false }),
      ),
    ],
    [
      'a network ACL that refuses another network',
      entriesOf(aclEntry(90, { allows: false, cidr: '2001:db8::/32' }), ...(OPEN_PATH.acl?.entries ?? [])),
    ],
    ['a subnet whose network ACL is unknown', { ipv6Paths: async () => new Map() }],
    [
      'a network ACL whose refusal comes later',
      entriesOf(
        aclEntry(200, { allows: false }),
        aclEntry(100, {}),
        aclEntry(200, { inbound: false, allows: false }),
        aclEntry(100, { inbound: false }),
      ),
    ],
    [
      'a VPC without DNS hostnames whose instance has a public IPv4 name',
      { ...fleetOf([MEMBER], admitting(3000)), ...dnsOf(false, false) },
    ],
  ])('accepts %s', async (_, more) => {
    expect(
      (await lines({ ...overIpv6, ...more })).filter((line) => /^(?:warning|failure)/.test(line)),
    ).toEqual([]);
  });

  test.each(['proxy:access', 'proxy:admin:access'])('finds the same whatever %s says', async (key) => {
    const tags = { 'proxy:host': 'shop', 'proxy:port': '3000', 'proxy:admin:host': 'admin' };
    const found = (more: Record<string, string>) =>
      lines(fleetOf([app(1, 'shop', { tags: { ...tags, ...more } })], admitting(80)));
    const usual = await found({});
    expect(usual.join()).toContain('shop');
    expect(await found({ [key]: 'group:devs' })).toEqual(usual);
    expect(await found({ [key]: 'public' })).toEqual(usual);
  });

  test('looks up every public IPv6 name, at most twenty at once', async () => {
    let [now, most] = [0, 0];
    const names = Array.from({ length: 45 }, (_, n) => `${n}.eu-west-1.ip.aws`);
    const asked: string[] = [];
    const addresses: Cloud['addresses'] = async (name) => {
      if (!name.endsWith('.ip.aws')) return ['192.0.2.1'];
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      asked.push(name);
      return ['2a05:d014::1'];
    };
    const members = names.map((name) => ipv6Member({ address: { via: 'ipv6', name } }));
    await lines({ ...fleetOf(members, ...admittingIpv6(3000)), addresses });
    expect(asked).toEqual(names);
    expect(most).toBe(20);
  });

  test('asks for routes only of subnets with a public IPv6 address', async () => {
    const asked: unknown[] = [];
    const ipv6Paths: Cloud['ipv6Paths'] = async (subnets) => {
      asked.push(subnets);
      return new Map();
    };
    await lines({ ipv6Paths });
    await lines({ ...overIpv6, ipv6Paths });
    expect(asked).toEqual([[], [{ subnet: 'subnet-1', vpc: 'vpc-1' }]]);
  });
});
