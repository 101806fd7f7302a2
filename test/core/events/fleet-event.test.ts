import { describe, expect, test } from 'vitest';
import { type FleetEvent, parseFleetEvent, unpackEvents } from '../../../core/events/fleet-event.ts';
import {
  A,
  ACCOUNT,
  answerOf,
  B,
  C,
  fixture,
  fixtureNames,
  HOME,
  withDetail,
} from '../../support/values/event-fixtures.ts';

function parsed(name: string): FleetEvent {
  return parseFleetEvent(fixture(name), HOME);
}

const LAUNCH_ACTION = 'EC2 Instance-launch Lifecycle Action';
const TERMINATE_ACTION = 'EC2 Instance-terminate Lifecycle Action';

describe('hints', () => {
  test.each([
    ['launched instances', 'run-instances', 'api-call', 'RunInstances', [A, B]],
    [
      'instances that a scaling group launched',
      'run-instances.by-scaling-group',
      'api-call',
      'RunInstances',
      [C],
    ],
    ['started instances', 'start-instances', 'api-call', 'StartInstances', [A, B]],
    ['stopped instances', 'stop-instances', 'api-call', 'StopInstances', [A]],
    ['terminated instances', 'terminate-instances', 'api-call', 'TerminateInstances', [A, B]],
    [
      'the instances of a failed termination',
      'terminate-instances.refused',
      'api-call',
      'TerminateInstances',
      [A, B],
    ],
    [
      'the instances in a record without envelope',
      'record.terminate-instances',
      'api-call',
      'TerminateInstances',
      [A],
    ],
    ['the instances among tagged resources', 'create-tags', 'api-call', 'CreateTags', [A]],
    ['an instance that lost all its tags', 'delete-tags.all', 'api-call', 'DeleteTags', [A]],
    ['an instance with a new address', 'associate-address', 'api-call', 'AssociateAddress', [A]],
    ['an evicted instance', 'bid-evicted', 'spot', 'BidEvictedEvent', [A]],
    ['a running instance', 'state-change.running', 'state-change', 'running', [A]],
    ['a stopping instance', 'state-change.stopping', 'state-change', 'stopping', [A]],
    [
      'an instance that is gone in a replay',
      'state-change.terminated.replayed',
      'state-change',
      'terminated',
      [A],
    ],
    ['an instance that will be interrupted', 'spot-interruption', 'spot', 'interruption:terminate', [A]],
    [
      'an instance that fulfils a spot request',
      'spot-fulfillment',
      'spot',
      'EC2 Spot Instance Request Fulfillment',
      [A],
    ],
    [
      'an instance that a scaling group launches',
      'scaling-group.launch-action',
      'auto-scaling',
      LAUNCH_ACTION,
      [A],
    ],
    [
      'an instance that returns to a warm pool',
      'scaling-group.return-to-warm-pool',
      'auto-scaling',
      TERMINATE_ACTION,
      [A],
    ],
    [
      'an instance whose end is delayed',
      'scaling-group.terminate-action',
      'auto-scaling',
      TERMINATE_ACTION,
      [A],
    ],
    [
      'an instance that a scaling group launched',
      'scaling-group.launched',
      'auto-scaling',
      'EC2 Instance Launch Successful',
      [A],
    ],
    [
      'an instance that a scaling group ended',
      'scaling-group.terminated',
      'auto-scaling',
      'EC2 Instance Terminate Successful',
      [A],
    ],
    ['an instance that a fleet launched', 'fleet.launched', 'fleet', 'EC2 Fleet Instance Change', [A]],
    [
      'an instance that a spot fleet ended',
      'spot-fleet.terminated',
      'fleet',
      'EC2 Spot Fleet Instance Change',
      [A],
    ],
    ['an instance with changed tags', 'tag-change', 'tag-change', 'Tag Change on Resource', [A]],
  ])('ask to read %s (%s)', (_what, name, kind, eventName, ids) => {
    const { verdict, scope, ...event } = parsed(name);
    expect({ verdict, scope }).toEqual({ verdict: 'hint', scope: 'ids' });
    expect({ ...event, ids: [...event.ids].sort() }).toMatchObject({ kind, name: eventName, ids });
  });

  test.each([
    ['when a launch is too large to be recorded', 'run-instances.truncated', 'api-call', 'RunInstances'],
    ['when an association ends', 'disassociate-address', 'api-call', 'DisassociateAddress'],
    ['when an interface gets an address', 'associate-address.by-interface', 'api-call', 'AssociateAddress'],
    ['on a schedule of a rule', 'schedule.rule', 'schedule', 'Scheduled Event'],
    ['on a schedule of EventBridge Scheduler', 'schedule.scheduler', 'schedule', 'Scheduled Event'],
    ['on a manual request', 'manual', 'manual', 'reconcile'],
  ])('ask to read the whole fleet %s (%s)', (_when, name, kind, eventName) => {
    const event = parsed(name);
    expect(event).toMatchObject({ verdict: 'hint', scope: 'fleet', kind, name: eventName, ids: [] });
  });
});

describe('calls about network interfaces', () => {
  const ENI = 'eni-0abc1230000000011';
  const ATTACHMENT = 'eni-attach-0abc1230000000012';

  test.each([
    ['an interface that gets an IPv6 address', 'assign-ipv6-addresses', [], [ENI]],
    ['an interface in wrapped parameters', 'assign-ipv6-addresses.wrapped', [], [ENI]],
    ['an interface that loses an IPv6 address', 'unassign-ipv6-addresses', [], [ENI]],
    ['an attached interface, and its instance', 'attach-network-interface', [A], [ENI, ATTACHMENT]],
    ['an attachment that ends', 'detach-network-interface', [], [ATTACHMENT]],
    ['an interface that may lose its IPv4 address', 'modify-network-interface-attribute', [], [ENI]],
  ])('ask to read the instance behind %s (%s)', (_what, name, ids, interfaces) => {
    expect(parsed(name)).toMatchObject({ verdict: 'hint', scope: 'ids', kind: 'api-call', ids, interfaces });
  });

  const requested = (requestParameters: unknown) =>
    parseFleetEvent(
      withDetail('detach-network-interface', { requestParameters, responseElements: null }),
      HOME,
    );

  test.each([
    ['nothing', {}],
    ['parameters that were cut out', { omitted: true, reason: 'requestParameters too large' }],
    ['parameters that are not an object', 'cut'],
  ])('that name %s ask to read the whole fleet', (_what, parameters) => {
    expect(requested(parameters)).toMatchObject({ verdict: 'hint', scope: 'fleet', ids: [] });
  });

  test.each([
    ['a masked id', 'eni-attach-EXAMPLE'],
    ['a filter for any interface', 'eni-*'],
    ['an id in upper case', ATTACHMENT.toUpperCase()],
  ])('that name %s are quarantined', (_what, attachmentId) => {
    const event = requested({ attachmentId });
    expect(event).toMatchObject({ verdict: 'quarantined', scope: 'none', ids: [] });
    expect(event.reason).toContain(`"${attachmentId}": not `);
    expect(event).not.toHaveProperty('interfaces');
  });

  test('that failed are ignored, and still name the interface', () => {
    const event = parseFleetEvent(
      withDetail('unassign-ipv6-addresses', { errorCode: 'Client.UnauthorizedOperation' }),
      HOME,
    );
    expect(event).toMatchObject({ verdict: 'ignored', scope: 'none', failed: true, interfaces: [ENI] });
  });

  test.each(['ModifyPublicIpDnsNameOptions', 'DeleteNetworkInterface', 'CreateNetworkInterface'])(
    'that release no address of an instance are ignored: %s',
    (eventName) => {
      const event = parseFleetEvent(withDetail('unassign-ipv6-addresses', { eventName }), HOME);
      expect(event).toMatchObject({ verdict: 'ignored', reason: `${eventName} changes no route` });
    },
  );
});

describe('ignored events', () => {
  test.each([
    ['a call that failed', 'run-instances.refused', 'RunInstances failed with Client.InvalidParameterValue'],
    ['a dry run', 'run-instances.dry-run', 'RunInstances failed with Client.DryRunOperation'],
    [
      'a stop that failed',
      'stop-instances.refused',
      'StopInstances failed with Client.UnauthorizedOperation',
    ],
    [
      'a failed termination of unknown instances',
      'terminate-instances.malformed',
      'TerminateInstances failed with Client.InvalidInstanceID.Malformed',
    ],
    [
      'a failed call without sets',
      'create-tags.refused',
      'CreateTags failed with Client.UnauthorizedOperation',
    ],
    ['a reboot', 'reboot-instances', 'RebootInstances changes no route'],
    ['an attribute', 'modify-instance-attribute', 'ModifyInstanceAttribute changes no route'],
    ['a new address', 'allocate-address', 'AllocateAddress changes no route'],
    ['another service', 'create-bucket', 'CreateBucket is a call to s3.amazonaws.com, not to EC2'],
    [
      'tags of a volume',
      'create-tags.volume',
      'the tags belong to "vol-0abc1230000000006", which is not an instance',
    ],
    [
      'changed tags of a volume',
      'tag-change.volume',
      `the tags belong to "arn:aws:ec2:eu-west-1:${ACCOUNT}:volume/vol-0abc1230000000006", which is not an instance`,
    ],
    ['advice to rebalance', 'spot-rebalance', 'only advice: the instance keeps running'],
    [
      'a launch without instances',
      'scaling-group.launch-failed',
      '"EC2 Instance Launch Unsuccessful" names no instance',
    ],
    ['health', 'health.retirement', 'no route depends on "AWS Health Event" of aws.health'],
  ])('%s (%s)', (_what, name, reason) => {
    expect(parsed(name)).toMatchObject({ verdict: 'ignored', scope: 'none', reason });
  });

  test('changed tags of another service', () => {
    const event = parseFleetEvent(withDetail('tag-change', { service: 'rds' }), HOME);
    expect(event).toMatchObject({
      verdict: 'ignored',
      reason: 'the tags belong to rds, not to an instance',
      ids: [],
    });
  });

  test('an event of a failed action of a scaling group is marked as failed', () => {
    expect(parsed('scaling-group.launch-failed')).toMatchObject({ failed: true });
    expect(parsed('scaling-group.terminated')).toMatchObject({ failed: false });
  });

  test.each([
    [
      'of another account',
      { account: '210987654321' },
      'account "210987654321" is not watched; watched: 123456789012',
    ],
    ['of another region', { region: 'us-east-1' }, 'region "us-east-1" is not watched; watched: eu-west-1'],
  ])('a state change %s', (_where, origin, reason) => {
    const event = parseFleetEvent({ ...fixture('state-change.stopping'), ...origin }, HOME);
    expect(event).toMatchObject({ verdict: 'ignored', scope: 'none', reason, ids: [A] });
    expect(event).not.toHaveProperty('death');
  });

  test('a record of a trail from another region', () => {
    const record = { ...fixture('record.terminate-instances'), awsRegion: 'us-east-1' };
    expect(parseFleetEvent(record, HOME).verdict).toBe('ignored');
  });

  test.each([
    ['an unknown notice of EC2', { 'detail-type': 'EC2 Something New', source: 'aws.ec2' }],
    ['a notice of another service in the words of EC2', { source: 'com.example.ec2' }],
    ['a sign-in', { 'detail-type': 'AWS Console Sign In via CloudTrail', source: 'aws.signin' }],
  ])('%s', (_what, members) => {
    const event = parseFleetEvent({ ...fixture('state-change.stopping'), ...members }, HOME);
    expect(event).toMatchObject({ verdict: 'ignored', kind: 'other', scope: 'none' });
  });

  test.each(['DescribeInstances', 'CreateFleet', 'constructor', '__proto__', 'toString'])(
    'a call named %s',
    (eventName) => {
      const event = parseFleetEvent(withDetail('run-instances', { eventName }), HOME);
      expect(event).toMatchObject({ verdict: 'ignored', name: eventName, scope: 'none' });
    },
  );
});

describe('quarantined events', () => {
  test.each([
    ['nothing', null, 'expected a JSON object, got null'],
    ['an array', [], 'expected a JSON object, got an array'],
    ['a number', 7, 'expected a JSON object, got a number'],
    ['text in another notation', "{'detail-type': 'x'}", 'expected a JSON object, got a string'],
    ['an empty object', {}, 'not an EventBridge event'],
    ['an unknown action', { action: 'scan' }, 'not an EventBridge event'],
    ['an audit under another condition', { action: 'audit', if: 'dew' }, '"if" is "dew", expected "due"'],
    [
      'an envelope without source',
      { 'detail-type': 'Scheduled Event', detail: {} },
      'not an EventBridge event',
    ],
    ['prototype keys', JSON.parse('{"__proto__": {"action": "reconcile"}}'), 'not an EventBridge event'],
    [
      'a call without record',
      { ...fixture('run-instances'), detail: 'cut' },
      'a CloudTrail record without an eventName',
    ],
    ['a state change of nothing', { ...fixture('state-change.masked'), detail: '' }, 'names no instance'],
    ['a tag change of nothing', { ...fixture('tag-change'), resources: [] }, 'names no instance'],
    ['a masked id', fixture('state-change.masked'), '"i-EXAMPLE": not an instance id'],
    [
      'only masked ids',
      withDetail('run-instances', { responseElements: answerOf('i-1', 'i-2', 'i-3', 'i-4') }),
      'and 1 more',
    ],
  ])('%s', (_what, json, reason) => {
    const event = parseFleetEvent(json, HOME);
    expect(event).toMatchObject({ verdict: 'quarantined', scope: 'none', ids: [] });
    expect(event.reason).toContain(reason);
  });
});

describe('origin', () => {
  test('of a call comes from its record: id, time, place and caller', () => {
    expect(parsed('run-instances')).toMatchObject({
      uid: (fixture('run-instances')['detail'] as Record<string, unknown>)['eventID'],
      time: '2026-03-02T09:15:30.000Z',
      account: ACCOUNT,
      region: 'eu-west-1',
      actor: `arn:aws:iam::${ACCOUNT}:user/ada`,
    });
  });

  test('of a notice comes from its envelope', () => {
    const { id } = fixture('state-change.terminated.replayed');
    expect(parsed('state-change.terminated.replayed')).toMatchObject({
      uid: id,
      account: ACCOUNT,
      replay: 'after-the-outage',
    });
  });

  test('of a bare record has its account, and its time in any notation', () => {
    expect(parsed('record.terminate-instances')).toMatchObject({
      time: '2026-03-02T09:15:30.000Z',
      account: ACCOUNT,
      actor: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`,
    });
  });

  test.each([
    ['2026-03-02T10:15:30+01:00', '2026-03-02T09:15:30.000Z'],
    ['2026-03-02 09:15:30.125', '2026-03-02T09:15:30.125Z'],
    ['yyyy-mm-ddThh:mm:ssZ', undefined],
    ['2026-13-40T25:61:61Z', undefined],
    [1772442930, undefined],
  ])('reads the time %s as %s', (time, instant) => {
    expect(parseFleetEvent({ ...fixture('state-change.running'), time }, HOME).time).toBe(instant);
  });

  test('does not matter for an audit, which reads the whole fleet', () => {
    expect(parseFleetEvent({ action: 'audit' }, { accounts: [], regions: [] })).toMatchObject({
      ...{ kind: 'schedule', name: 'audit', failed: false, ids: [], verdict: 'hint', scope: 'fleet' },
    });
  });

  test('does not matter for sweeps and manual requests', () => {
    const elsewhere = { accounts: [], regions: ['us-west-2'] };
    expect(parseFleetEvent(fixture('schedule.rule'), elsewhere).verdict).toBe('hint');
    expect(parseFleetEvent({ ...fixture('manual'), region: 'x' }, elsewhere).verdict).toBe('hint');
  });

  test('has no control characters for a terminal', () => {
    const event = parseFleetEvent(
      { ...fixture('spot-fulfillment'), 'replay-name': 'a\u001b[2Jb\u009bc' },
      HOME,
    );
    expect(event.replay).toBe('a [2Jb c');
  });

  test('leaves out keys, tokens, agents and addresses', () => {
    const text = JSON.stringify(fixtureNames().map(parsed));
    expect(text).not.toMatch(/AKIA|AROA|198\.51|203\.0|10\.0\.0|aws-cli|00000000000b|5b1e0f0a/);
  });
});

describe('eventsIn', () => {
  test('splits a log file', () => {
    const names = unpackEvents(fixture('log-file')).map((record) => parseFleetEvent(record, HOME).name);
    expect(names).toEqual(['RunInstances', 'DescribeInstances', 'StopInstances']);
  });

  test('splits an array of events and of log files', () => {
    const events = unpackEvents([fixture('manual'), fixture('log-file'), 7]);
    expect(events).toHaveLength(5);
    expect(events.at(-1)).toBe(7);
  });

  test('unpacks the records in the output of lookup-events and leaves other documents alone', () => {
    const record = fixture('record.terminate-instances');
    const bare = { EventName: 'StopInstances' };
    const found = [{ CloudTrailEvent: JSON.stringify(record) }, { CloudTrailEvent: 'cut' }, bare];
    expect(unpackEvents({ Events: found })).toEqual([record, 'cut', bare]);
  });

  test.each([
    ['a single event', fixture('manual')],
    ['a file of junk', { Records: 'none' }],
    ['null', null],
  ])('keeps %s as it is', (_what, json) => {
    expect(unpackEvents(json)).toEqual([json]);
  });
});
