import { RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import type { Ec2Event } from '../../../local/ec2/ec2-events.ts';
import { ec2Stand } from '../../support/aws/ec2-client.ts';
import { instanceOf, launchOne, SETTLED, testFleet, userData } from '../../support/aws/local-fleet.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** The members that every event on the bus has. */
function envelope(detailType: string, source: string, resources: string[]) {
  return {
    version: '0',
    id: UUID,
    'detail-type': detailType,
    source,
    account: '123456789012',
    time: '2026-11-23T12:00:00Z',
    region: 'us-east-1',
    resources,
  };
}

const arnOf = (id: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${id}`;

test('a state change has only the instance and the state', () => {
  const { fleet, log } = testFleet();
  const id = launchOne(fleet);
  expect(log.events[1]).toEqual({
    ...envelope('EC2 Instance State-change Notification', 'aws.ec2', [arnOf(id)]),
    detail: { 'instance-id': id, state: 'pending' },
  });
});

test('a change of tags has all tags after the change', () => {
  const { fleet, log } = testFleet();
  const id = launchOne(fleet);
  fleet.createTags([id], [{ key: 'proxy:host', value: 'shop' }]);
  expect(log.events.at(-1)).toEqual({
    ...envelope('Tag Change on Resource', 'aws.tag', [arnOf(id)]),
    detail: {
      'changed-tag-keys': ['proxy:host'],
      service: 'ec2',
      'resource-type': 'instance',
      version: 1,
      tags: { 'proxy:host': 'shop' },
    },
  });
});

/** The CloudTrail record of the first call. */
function recordIn(events: readonly Ec2Event[]) {
  const [event] = events;
  if (event?.['detail-type'] !== 'AWS API Call via CloudTrail')
    throw new Error('The first event is no call.');
  return event.detail;
}

describe('calls about IPv6 addresses', () => {
  test('are records that the updater reads as hints about the interface', () => {
    const { fleet, log } = testFleet();
    const { interfaceId } = instanceOf(fleet, launchOne(fleet));
    const addresses = fleet.assignIpv6Addresses(interfaceId, { count: 2 });
    fleet.unassignIpv6Addresses(interfaceId, addresses.slice(0, 1));
    const [assigned, unassigned] = log.events.slice(-2);
    expect(assigned).toMatchObject({
      detail: {
        eventName: 'AssignIpv6Addresses',
        requestParameters: { networkInterfaceId: interfaceId, ipv6AddressCount: 2 },
        responseElements: { networkInterfaceId: interfaceId, assignedIpv6Addresses: { items: addresses } },
      },
    });
    expect(unassigned).toMatchObject({
      detail: {
        eventName: 'UnassignIpv6Addresses',
        requestParameters: { networkInterfaceId: interfaceId, ipv6Addresses: { items: [addresses[0]] } },
      },
    });
    for (const event of [assigned, unassigned])
      expect(parseFleetEvent(event, {})).toMatchObject({ scope: 'ids', ids: [], interfaces: [interfaceId] });
  });

  test('that EC2 refuses are recorded with their error, and change nothing', () => {
    const { fleet, log } = testFleet();
    const id = launchOne(fleet, { ipv6AddressCount: 1 });
    const { interfaceId, ipv6 } = instanceOf(fleet, id);
    expect(() => fleet.unassignIpv6Addresses(interfaceId, ['2001:db8::9'])).toThrow('not assigned');
    expect(log.events.at(-1)).toMatchObject({ detail: { errorCode: 'Client.InvalidParameterValue' } });
    expect(instanceOf(fleet, id).ipv6).toEqual(ipv6);
  });
});

describe('CloudTrail records', () => {
  test('a record has an envelope without resources, and names its caller', async () => {
    const { client, log } = await ec2Stand();
    const launch = new RunInstancesCommand({ ImageId: 'ami-external', MinCount: 1, MaxCount: 1 });
    await client.send(launch);
    const [event] = log.events;
    expect(event).toMatchObject(envelope('AWS API Call via CloudTrail', 'aws.ec2', []));
    expect(event?.detail).toMatchObject({
      eventVersion: '1.10',
      userIdentity: { type: 'IAMUser', accountId: '123456789012', accessKeyId: 'AKIDLOCAL' },
      eventTime: '2026-11-23T12:00:00Z',
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js'),
      eventID: UUID,
      readOnly: false,
      eventType: 'AwsApiCall',
      recipientAccountId: '123456789012',
    });
  });

  test("the record of a launch has CloudTrail's sets and no user data", () => {
    const { fleet, log } = testFleet();
    const tags = [{ key: 'proxy:host', value: 'shop' }];
    const tagSpecifications = [{ resourceType: 'instance', tags }];
    launchOne(fleet, { maxCount: 2, clientToken: 'once', userData: userData('secret'), tagSpecifications });
    expect(recordIn(log.events).requestParameters).toEqual({
      instancesSet: { items: [{ imageId: 'ami-external', minCount: 1, maxCount: 2 }] },
      userData: '<sensitiveDataRemoved>',
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      disableApiStop: false,
      clientToken: 'once',
      tagSpecificationSet: { items: [{ resourceType: 'instance', tags }] },
    });
  });

  test('the record of a launch has pending instances without a public name', () => {
    const { fleet, log } = testFleet();
    const id = launchOne(fleet, {
      tagSpecifications: [{ resourceType: 'instance', tags: [{ key: 'a', value: '1' }] }],
    });
    const { requestID, responseElements } = recordIn(log.events);
    expect(responseElements).toMatchObject({
      requestId: requestID,
      ownerId: '123456789012',
      instancesSet: {
        items: [
          {
            instanceId: id,
            instanceState: { code: 0, name: 'pending' },
            launchTime: Date.parse('2026-11-23T12:00:00Z'),
            tagSet: { items: [{ key: 'a', value: '1' }] },
          },
        ],
      },
    });
    expect(JSON.stringify(responseElements)).not.toMatch(/dnsName|ipAddress/);
  });

  test('the record of a termination has the states before and after', async () => {
    const { client, fleet, log, scheduler } = await ec2Stand();
    const id = launchOne(fleet);
    await scheduler.advance(SETTLED);
    log.events.length = 0;
    await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const { requestParameters, responseElements, requestID } = recordIn(log.events);
    expect(requestParameters).toEqual({
      instancesSet: { items: [{ instanceId: id }] },
      force: false,
      skipOsShutdown: false,
    });
    const states = {
      currentState: { code: 32, name: 'shutting-down' },
      previousState: { code: 16, name: 'running' },
    };
    expect(responseElements).toEqual({
      requestId: requestID,
      instancesSet: { items: [{ instanceId: id, ...states }] },
    });
  });

  test('the record of a deletion of all tags has no tag set', () => {
    const { fleet, log } = testFleet();
    const id = launchOne(fleet);
    log.events.length = 0;
    fleet.deleteTags([id], []);
    const { requestParameters, responseElements } = recordIn(log.events);
    expect(requestParameters).toEqual({ resourcesSet: { items: [{ resourceId: id }] } });
    expect(responseElements).toMatchObject({ _return: true });
  });
});
