import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { describeCauses, findLaunchers, printPrincipal } from '../../../core/journal/cause.ts';
import { idOf } from '../../support/values/instances.ts';

const AT = '2026-11-23T14:00:00.000Z';
const LATER = '2026-11-23T14:00:05.000Z';

/** A call as EventBridge delivers it from CloudTrail. */
const call = (eventName: string, arn: string | undefined, more: object = {}) =>
  parseFleetEvent(
    {
      ...{
        source: 'aws.ec2',
        'detail-type': 'AWS API Call via CloudTrail',
        time: AT,
        account: '111122223333',
      },
      detail: {
        ...{ eventSource: 'ec2.amazonaws.com', eventName, eventTime: AT, userIdentity: { arn } },
        requestParameters: { instancesSet: { items: [{ instanceId: idOf(1) }] } },
        responseElements: { instancesSet: { items: [{ instanceId: idOf(1) }] } },
        ...more,
      },
    },
    {},
  );
const state = (name: string, time = LATER) =>
  parseFleetEvent(
    {
      ...{ source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification', time },
      detail: { 'instance-id': idOf(1), state: name },
    },
    {},
  );
const ALICE = 'arn:aws:sts::111122223333:assumed-role/Developer/alice';

describe('a cause', () => {
  test('has the name of the call and its caller, or the kind of the notice', () => {
    const events = [state('stopped'), call('StopInstances', ALICE)];
    expect(describeCauses(events, 0)).toEqual([
      { kind: 'StopInstances', at: AT, by: 'Developer/alice' },
      { kind: 'state-change: stopped', at: LATER },
    ]);
  });

  test('of a sweep, an audit and a manual message has a word for people', () => {
    const events = [
      { source: 'aws.events', 'detail-type': 'Scheduled Event' },
      { action: 'audit' },
      { action: 'reconcile' },
    ].map((json) => parseFleetEvent(json, {}));
    const kinds = events.map((event) => describeCauses([event], Date.parse(AT))[0]);
    expect(kinds).toEqual([
      { kind: 'sweep', at: AT },
      { kind: 'audit', at: AT },
      { kind: 'reconcile', at: AT },
    ]);
  });

  test('that names its caller comes first, and then the latest', () => {
    const events = [
      state('pending', AT),
      call('RunInstances', ALICE),
      state('running'),
      call('RunInstances', ALICE),
    ];
    expect(describeCauses(events, 0).map(({ kind }) => kind)).toEqual([
      'RunInstances',
      'state-change: running',
      'state-change: pending',
    ]);
  });

  test('names no caller if the deployment hides them', () => {
    expect(describeCauses([call('StopInstances', ALICE)], 0, false)).toEqual([
      { kind: 'StopInstances', at: AT },
    ]);
  });
});

describe('a principal', () => {
  test.each([
    [ALICE, 'Developer/alice'],
    [
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0f5c/alice@example.com',
      'AWSReservedSSO_Dev_0f5c/alice@example.com',
    ],
    ['arn:aws:iam::111122223333:user/alice', 'alice'],
    ['arn:aws-cn:iam::111122223333:root', 'root'],
    ['arn:aws:sts::111122223333:federated-user/bob', 'bob'],
    ['autoscaling.amazonaws.com', 'autoscaling.amazonaws.com'],
    ['arn:aws:sts::111122223333:assumed-role/cross-444455556666/AKIAIOSFODNN7EXAMPLE', 'cross-…/…'],
  ])('%s is shown as %s', (actor, shown) => {
    expect(printPrincipal(actor)).toBe(shown);
  });

  test('never shows an account id or an access key, whatever the actor', () => {
    const secret = fc.constantFrom('111122223333', 'AKIAIOSFODNN7EXAMPLE', 'ASIAY34FZKBOKMUTVV7A');
    const part = fc.oneof(secret, fc.constantFrom('/', ':', 'arn:aws:sts::', 'assumed-role/', '-', ' ', 'x'));
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const shown = printPrincipal(parts.join('/'));
        expect(shown).not.toMatch(/(?<!\d)\d{12}(?!\d)|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/);
        expect(shown.length).toBeLessThanOrEqual(130);
      }),
    );
  });
});

describe('the launcher of an instance', () => {
  test('is the caller of RunInstances or StartInstances', () => {
    const found = findLaunchers([
      call('RunInstances', ALICE),
      call('CreateTags', 'arn:aws:iam::111122223333:user/bob'),
    ]);
    expect(found).toEqual(new Map([[idOf(1), { kind: 'RunInstances', at: AT, by: 'Developer/alice' }]]));
  });

  test('is not the caller of a call that failed, nor an unknown one', () => {
    expect(
      findLaunchers([call('StartInstances', ALICE, { errorCode: 'Client.UnauthorizedOperation' })]),
    ).toEqual(new Map());
    expect(findLaunchers([call('StartInstances', undefined)])).toEqual(new Map());
    // The list must not have a name that its readers refuse.
    expect(findLaunchers([call('StartInstances', 'arn:aws:iam::111122223333:user/')])).toEqual(new Map());
  });
});
