import {
  AssignIpv6AddressesCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  type EC2Client,
  paginateDescribeInstances,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  UnassignIpv6AddressesCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IPV6_SUBNET } from '../../../../local/ec2/interfaces.ts';
import { ec2Stand } from '../../../support/aws/ec2-client.ts';
import { SETTLED } from '../../../support/aws/local-fleet.ts';

type Launch = Partial<RunInstancesCommandInput>;

async function launch(client: EC2Client, overrides: Launch = {}) {
  const input = { ImageId: 'ami-external', MinCount: 1, MaxCount: 1, ...overrides };
  const { Instances = [] } = await client.send(new RunInstancesCommand(input));
  return Instances.map(({ InstanceId = '' }) => InstanceId);
}

async function describeAll(client: EC2Client, input: DescribeInstancesCommandInput = {}) {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

const tagsFor = (key: string, value: string) => [
  { ResourceType: 'instance' as const, Tags: [{ Key: key, Value: value }] },
];

describe('the SDK', () => {
  test('sees an instance from pending to running', async () => {
    const { client, scheduler } = await ec2Stand();
    const [id] = await launch(client, { TagSpecifications: tagsFor('proxy:host', 'shop') });
    const [pending] = await describeAll(client);
    expect(pending).toMatchObject({ InstanceId: id, State: { Name: 'pending', Code: 0 }, PublicDnsName: '' });
    expect(pending?.PublicIpAddress).toBeUndefined();
    await scheduler.advance(SETTLED);
    const [running] = await describeAll(client);
    expect(running).toMatchObject({
      State: { Name: 'running', Code: 16 },
      PublicDnsName: 'ec2-203-0-113-1.compute-1.amazonaws.com',
      PublicIpAddress: '203.0.113.1',
      PrivateDnsName: 'ip-172-31-0-0.ec2.internal',
      LaunchTime: new Date('2026-11-23T12:00:00Z'),
      Tags: [{ Key: 'proxy:host', Value: 'shop' }],
    });
  });

  test('sees another address after a stop and a start', async () => {
    const { client, scheduler } = await ec2Stand();
    const ids = await launch(client);
    await scheduler.advance(SETTLED);
    const [before] = await describeAll(client);
    const stop = await client.send(new StopInstancesCommand({ InstanceIds: ids }));
    expect(stop.StoppingInstances).toMatchObject([
      { CurrentState: { Name: 'stopping', Code: 64 }, PreviousState: { Name: 'running', Code: 16 } },
    ]);
    await scheduler.advance(SETTLED);
    expect(await describeAll(client)).toMatchObject([{ State: { Name: 'stopped' }, PublicDnsName: '' }]);
    await client.send(new StartInstancesCommand({ InstanceIds: ids }));
    await scheduler.advance(SETTLED);
    const [after] = await describeAll(client);
    expect(after?.PublicDnsName).not.toBe(before?.PublicDnsName);
    expect(Number(after?.LaunchTime)).toBeGreaterThan(Number(before?.LaunchTime));
  });

  test('sees a terminated instance with the reason', async () => {
    const { client, scheduler } = await ec2Stand();
    const ids = await launch(client);
    await scheduler.advance(SETTLED);
    await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    await scheduler.advance(SETTLED);
    expect(await describeAll(client, { InstanceIds: ids })).toMatchObject([
      { State: { Name: 'terminated' }, StateReason: { Code: 'Client.UserInitiatedShutdown' } },
    ]);
  });

  test('gives IPv6 addresses to instances and takes them away', async () => {
    const { client, scheduler } = await ec2Stand();
    const [dual = '', both = ''] = await launch(client, { Ipv6AddressCount: 1, MaxCount: 2 });
    const nic = { DeviceIndex: 0, SubnetId: IPV6_SUBNET };
    const [six = ''] = await launch(client, { NetworkInterfaces: [nic] });
    await scheduler.advance(SETTLED);
    const byId = async (id: string) => (await describeAll(client, { InstanceIds: [id] }))[0];
    const addressesOf = async (id: string) =>
      (await byId(id))?.NetworkInterfaces?.[0]?.Ipv6Addresses?.map(({ Ipv6Address }) => Ipv6Address);
    expect([await addressesOf(dual), await addressesOf(both), await addressesOf(six)]).toEqual([
      ['2001:db8::100'],
      ['2001:db8::101'],
      ['2001:db8::102'],
    ]);
    expect(await byId(dual)).toMatchObject({ PublicIpAddress: '203.0.113.1', Ipv6Address: '2001:db8::100' });
    const alone = await byId(six);
    expect([alone?.PublicDnsName, alone?.PublicIpAddress, alone?.PrivateIpAddress]).toEqual([
      '',
      undefined,
      undefined,
    ]);
    const NetworkInterfaceId = alone?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
    const given = await client.send(
      new AssignIpv6AddressesCommand({ NetworkInterfaceId, Ipv6AddressCount: 1 }),
    );
    expect(given).toMatchObject({ NetworkInterfaceId, AssignedIpv6Addresses: ['2001:db8::103'] });
    const named = new AssignIpv6AddressesCommand({ NetworkInterfaceId, Ipv6Addresses: ['2001:0db8::9'] });
    expect((await client.send(named)).AssignedIpv6Addresses).toEqual(['2001:db8::9']);
    const taken = new UnassignIpv6AddressesCommand({ NetworkInterfaceId, Ipv6Addresses: ['2001:db8::102'] });
    expect((await client.send(taken)).UnassignedIpv6Addresses).toEqual(['2001:db8::102']);
    expect(await addressesOf(six)).toEqual(['2001:db8::103', '2001:db8::9']);
    const Filters = [{ Name: 'network-interface.network-interface-id', Values: [NetworkInterfaceId ?? ''] }];
    expect((await describeAll(client, { Filters })).map(({ InstanceId }) => InstanceId)).toEqual([six]);
    await client.send(new TerminateInstancesCommand({ InstanceIds: [six] }));
    await scheduler.advance(SETTLED);
    expect([await describeAll(client, { Filters }), await addressesOf(six)]).toEqual([[], undefined]);
  });

  test.each([
    [
      'an unknown interface',
      { NetworkInterfaceId: 'eni-0123456789abcdef0', Ipv6AddressCount: 1 },
      'InvalidNetworkInterfaceID.NotFound',
    ],
    ['no addresses', {}, 'MissingParameter'],
    [
      'a count and addresses',
      { Ipv6AddressCount: 1, Ipv6Addresses: ['2001:db8::9'] },
      'InvalidParameterCombination',
    ],
    ['too many addresses', { Ipv6AddressCount: 31 }, 'InvalidParameterValue'],
    ['an address of another network', { Ipv6Addresses: ['2001:db9::1'] }, 'InvalidParameterValue'],
    ['an address in use', { Ipv6Addresses: ['2001:db8::100'] }, 'InvalidParameterValue'],
    ['a text that is not an address', { Ipv6Addresses: ['here'] }, 'InvalidParameterValue'],
  ])('is refused %s', async (_what, input, name) => {
    const { client } = await ec2Stand();
    await launch(client, { Ipv6AddressCount: 1 });
    const [instance] = await describeAll(client);
    const NetworkInterfaceId = instance?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
    const command = new AssignIpv6AddressesCommand({ NetworkInterfaceId, ...input });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });

  test('pages through more than a thousand instances', async () => {
    const { client } = await ec2Stand();
    const launched = await launch(client, {
      MinCount: 1_100,
      MaxCount: 1_100,
      TagSpecifications: tagsFor('proxy:host', 'a'),
    });
    await launch(client, { MaxCount: 50 });
    const input = { Filters: [{ Name: 'tag-key', Values: ['proxy:*'] }] };
    const sizes: number[] = [];
    const seen: string[] = [];
    for await (const page of paginateDescribeInstances({ client, pageSize: 1_000 }, input)) {
      const instances = (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
      sizes.push(instances.length);
      seen.push(...instances.map(({ InstanceId = '' }) => InstanceId));
    }
    expect(sizes).toEqual([1_000, 100]);
    expect(seen).toEqual(launched);
  });

  test('sets and removes tags', async () => {
    const { client } = await ec2Stand();
    const ids = await launch(client, { MaxCount: 2 });
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ];
    await client.send(new CreateTagsCommand({ Resources: ids, Tags: tags }));
    expect((await describeAll(client)).map(({ Tags }) => Tags)).toEqual([tags, tags]);
    await client.send(new DeleteTagsCommand({ Resources: ids.slice(0, 1), Tags: [{ Key: 'a' }] }));
    await client.send(new DeleteTagsCommand({ Resources: ids.slice(1) }));
    expect((await describeAll(client)).map(({ Tags }) => Tags)).toEqual([
      [{ Key: 'b', Value: '' }],
      undefined,
    ]);
  });

  test('reads every tag as it was set', async () => {
    const { client } = await ec2Stand();
    const ids = await launch(client);
    const unit = fc.constantFrom(...'aA:/<>&"\'=+%;# é世👋\u2028', 'aws:', '&amp;', ']]>');
    const text = fc
      .array(unit, { minLength: 1, maxLength: 20 })
      .map((parts) => parts.join(''))
      .filter((value) => !value.startsWith('aws:'));
    await fc.assert(
      fc.asyncProperty(text, text, async (Key, Value) => {
        await client.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key, Value }] }));
        const [instance] = await describeAll(client);
        expect(instance?.Tags).toEqual([{ Key, Value }]);
        await client.send(new DeleteTagsCommand({ Resources: ids }));
      }),
      { numRuns: 30 },
    );
  });
});

describe('an error', () => {
  const ID = 'i-0123456789abcdef0';
  const LAUNCH = { MinCount: 1, MaxCount: 1 };

  test.each([
    ['InvalidInstanceID.NotFound', new StopInstancesCommand({ InstanceIds: [ID] })],
    ['InvalidInstanceID.Malformed', new StopInstancesCommand({ InstanceIds: ['nonsense'] })],
    ['MissingParameter', new StopInstancesCommand({ InstanceIds: [] })],
    ['InvalidInstanceID.NotFound', new DescribeInstancesCommand({ InstanceIds: [ID] })],
    ['InvalidParameterCombination', new DescribeInstancesCommand({ InstanceIds: [ID], MaxResults: 5 })],
    ['InvalidParameterValue', new DescribeInstancesCommand({ MaxResults: 1 })],
    ['InvalidAMIID.NotFound', new RunInstancesCommand({ ...LAUNCH, ImageId: 'ami-nope' })],
    ['DryRunOperation', new RunInstancesCommand({ ...LAUNCH, ImageId: 'ami-hello', DryRun: true })],
  ])('reaches the SDK as %s', async (name, command) => {
    const { client } = await ec2Stand();
    await expect(client.send<never, never>(command as never)).rejects.toMatchObject({ name });
  });
});
