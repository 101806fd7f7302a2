import { describe, expect, test } from 'vitest';
import { type DescribedInstance, parseReservations } from '../../../core/ec2/described-instance.ts';
import { INSTANCE_STATES, type Instance } from '../../../core/instance.ts';
import { ipv4, nameIn } from '../../support/values/instances.ts';

const DESCRIBED: DescribedInstance = {
  InstanceId: 'i-0123456789abcdef0',
  State: { Name: 'running' },
  LaunchTime: '2026-11-23T15:00:00+00:00',
  PublicDnsName: 'ec2-203-0-113-25.compute-1.amazonaws.com',
  VpcId: 'vpc-1',
  Tags: [{ Key: 'proxy:host', Value: 'shop' }],
};

const read = (more: DescribedInstance = {}) =>
  parseReservations([{ OwnerId: '111122223333', Instances: [{ ...DESCRIBED, ...more }] }], 'eu-west-1');

describe('an instance that EC2 describes', () => {
  test('keeps the members that we use', () => {
    expect(read()).toEqual([
      {
        id: 'i-0123456789abcdef0',
        state: 'running',
        launchedAt: 1_795_446_000,
        address: ipv4('ec2-203-0-113-25.compute-1.amazonaws.com'),
        account: '111122223333',
        region: 'eu-west-1',
        vpc: 'vpc-1',
        tags: { 'proxy:host': 'shop' },
      },
    ]);
  });

  test.each(INSTANCE_STATES)('is known in state %s', (Name) => {
    expect(read({ State: { Name } })).toMatchObject([{ state: Name }]);
  });

  test.each([
    [{ State: undefined }],
    [{ State: {} }],
    [{ State: { Name: 'sleepy' } }],
    [{ InstanceId: undefined }],
  ])('is omitted with %j, because it cannot be evaluated', (more) => expect(read(more)).toEqual([]));

  test.each(['', undefined])('has no public name when EC2 writes %j', (PublicDnsName) => {
    expect(read({ PublicDnsName })[0]).not.toHaveProperty('address');
  });

  test('has its public name in lower case, as the router compares it', () => {
    expect(read({ PublicDnsName: 'EC2-1.Compute.Amazonaws.com' })[0]?.address).toEqual(
      ipv4('ec2-1.compute.amazonaws.com'),
    );
  });

  test('may have tags with the names of properties of every object', () => {
    const Tags = [
      { Key: '__proto__', Value: 'x' },
      { Key: 'constructor', Value: 'y' },
      { Key: 'proxy:host' },
    ];
    const tags = read({ Tags })[0]?.tags ?? {};
    expect(Object.entries(tags)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['proxy:host', ''],
    ]);
  });
});

const SIX = '2001:db8::7';
const SIX_NAME = '1w7k3-vh7gt-7thow-ulswf-lxyx3.eu-west-1.ip.aws';
const FOUR_NAME = 'ec2-203-0-113-25.compute-1.amazonaws.com';

/** An instance with this IPv4 name and the IPv6 address `SIX`, or without one of them. */
function bothWith(wish: string | undefined, PublicDnsName: string, Ipv6Address = SIX): Instance | undefined {
  const Attachment = { DeviceIndex: 0, NetworkCardIndex: 0 };
  const card = {
    NetworkInterfaceId: 'eni-1',
    Status: 'in-use',
    Attachment,
    Ipv6Addresses: [{ Ipv6Address }],
  };
  const Tags = wish === undefined ? [] : [{ Key: 'proxy:address', Value: wish }];
  return read({ PublicDnsName, PrivateIpAddress: '10.0.0.7', NetworkInterfaces: [card], Tags })[0];
}

describe('the address', () => {
  test.each([
    ['is IPv4 with both', undefined, FOUR_NAME, SIX, FOUR_NAME],
    ['is IPv6 with both, if the tag asks for it', 'ipv6', FOUR_NAME, SIX, SIX_NAME],
    ['is IPv6 with blanks around the tag', ' ipv6 ', FOUR_NAME, SIX, SIX_NAME],
    ['is IPv4 with both, if the tag asks for it', 'ipv4', FOUR_NAME, SIX, FOUR_NAME],
    ['is IPv4 with both and a wrong tag', 'IPv6', FOUR_NAME, SIX, FOUR_NAME],
    ['is IPv6 without a public IPv4 name', undefined, '', SIX, SIX_NAME],
    ['is not IPv6 against the tag', 'ipv4', '', SIX, undefined],
    ['is not IPv4 against the tag', 'ipv6', FOUR_NAME, 'fd00::1', undefined],
    ['is missing without a public one', undefined, '', 'fd00::1', undefined],
  ])('%s', (_what, wish, name, ipv6, expected) => {
    const address = bothWith(wish, name, ipv6)?.address;
    expect(nameIn(address)).toBe(expected ?? '');
    expect(address?.via).toBe(expected && (expected === SIX_NAME ? 'ipv6' : 'ipv4'));
  });

  test('over IPv6 is known also if IPv4 is used', () => {
    expect(bothWith(undefined, FOUR_NAME)).toMatchObject({
      address: ipv4(FOUR_NAME),
      ipv6: { via: 'ipv6', name: SIX_NAME },
      interfaces: ['eni-1'],
    });
  });

  test('will never be IPv4 for an instance without a private IPv4 address', () => {
    const both = bothWith(undefined, '');
    expect(both).not.toHaveProperty('isIpv6Only');
    const NetworkInterfaces = [{ Attachment: { DeviceIndex: 0 }, Ipv6Addresses: [{ Ipv6Address: SIX }] }];
    expect(read({ PublicDnsName: '', NetworkInterfaces })).toMatchObject([{ isIpv6Only: true }]);
    expect(read({ PublicDnsName: '' })[0]).not.toHaveProperty('isIpv6Only');
  });
});

describe('the launch time', () => {
  test.each([
    ['a Date', new Date(1_795_446_000_999), 1_795_446_000],
    ['the text that the command line prints', '2026-11-23T15:00:00+00:00', 1_795_446_000],
    ['an invalid text', 'yesterday', 0],
    ['an invalid Date', new Date(Number.NaN), 0],
    ['nothing', undefined, 0],
    ['a time before 1970, which does not fit into an entry', '1969-12-31T23:00:00Z', 0],
  ])('is in whole seconds for %s', (_what, LaunchTime, seconds) => {
    expect(read({ LaunchTime })[0]?.launchedAt).toBe(seconds);
  });
});

describe('reservations', () => {
  test('may be empty, without deployment or without instances', () => {
    expect(parseReservations([], 'us-east-1')).toEqual([]);
    expect(parseReservations([{}, { Instances: [] }], 'us-east-1')).toEqual([]);
    expect(parseReservations([{ Instances: [DESCRIBED] }], 'us-east-1')).toMatchObject([{ account: '' }]);
  });
});
