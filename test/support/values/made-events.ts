import type { Instance } from '../../../core/instance.ts';
import { HOME_ACCOUNT, NOW } from './instances.ts';

let made = 0;

/** An EventBridge envelope that is this many seconds old. */
function envelope(source: string, type: string, detail: object, age: number): Record<string, unknown> {
  return {
    ...{ version: '0', id: `event-${++made}`, 'detail-type': type, source, account: HOME_ACCOUNT },
    ...{ time: new Date((NOW - age) * 1000).toISOString().replace('.000', ''), region: 'us-east-1' },
    ...{ resources: [], detail },
  };
}

export const SWEEP = envelope('aws.events', 'Scheduled Event', {}, 0);

/** EC2's notice of a state, from this many seconds before `NOW`. */
export const stateChange = (id: string, state: Instance['state'], age = 1) =>
  envelope('aws.ec2', 'EC2 Instance State-change Notification', { 'instance-id': id, state }, age);

/** A successful call with instances in its response, as CloudTrail reports it. */
export const apiCall = (eventName: string, ...ids: string[]) =>
  envelope(
    'aws.ec2',
    'AWS API Call via CloudTrail',
    {
      ...{ eventName, eventSource: 'ec2.amazonaws.com', eventID: `call-${eventName}-${ids.join('-')}` },
      responseElements: { instancesSet: { items: ids.map((instanceId) => ({ instanceId })) } },
    },
    1,
  );

/** The call with its caller. */
export const calledBy = (arn: string, call: Record<string, unknown>) => ({
  ...call,
  detail: { ...(call['detail'] as object), userIdentity: { arn } },
});

/** An elastic address was given to an instance; the call does not say which instance had it. */
export const associateAddress = (instanceId: string) =>
  envelope(
    'aws.ec2',
    'AWS API Call via CloudTrail',
    {
      ...{ eventName: 'AssociateAddress', eventSource: 'ec2.amazonaws.com', eventID: `to-${instanceId}` },
      requestParameters: { instanceId, allocationId: 'eipalloc-0abc1230000000007' },
    },
    0,
  );

/** A call about a network interface, by the members that name it. */
export const interfaceCall = (eventName: string, requestParameters: object) =>
  envelope(
    'aws.ec2',
    'AWS API Call via CloudTrail',
    {
      ...{ eventName, eventSource: 'ec2.amazonaws.com', eventID: `${eventName}-${++made}` },
      requestParameters,
    },
    0,
  );

/** The tags of an instance have changed. */
export const tagChange = (id: string) => ({
  ...envelope(
    'aws.tag',
    'Tag Change on Resource',
    { 'changed-tag-keys': ['proxy:host'], service: 'ec2', 'resource-type': 'instance', tags: {} },
    0,
  ),
  resources: [`arn:aws:ec2:us-east-1:${HOME_ACCOUNT}:instance/${id}`],
});

/** A spot instance will be taken away in two minutes. */
export const spotWarning = (id: string) =>
  envelope(
    'aws.ec2',
    'EC2 Spot Instance Interruption Warning',
    { 'instance-id': id, 'instance-action': 'terminate' },
    0,
  );

/** A termination hook of its scaling group delays the end of an instance. */
export const terminateAction = (id: string, age = 0) =>
  envelope(
    'aws.autoscaling',
    'EC2 Instance-terminate Lifecycle Action',
    { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', EC2InstanceId: id },
    age,
  );

/** An instance is in service in its scaling group, after a launch or after a stay in the warm pool. */
export const inService = (id: string, age = 0) =>
  envelope('aws.autoscaling', 'EC2 Instance Launch Successful', { EC2InstanceId: id }, age);
