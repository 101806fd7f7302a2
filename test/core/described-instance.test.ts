import { describe, expect, test } from 'vitest';
import { type DescribedInstance, parseReservations } from '../../core/described-instance.ts';
import { INSTANCE_STATES } from '../../core/instance.ts';
import { ipv4 } from '../support/values/instances.ts';

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
