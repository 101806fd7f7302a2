import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from 'aws-lambda';
import type { InstanceState } from '../../core/instance.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { REGION } from './addresses.ts';
import { ACCOUNT, type CloudTrailRecord } from './cloudtrail.ts';

/** A management call as a trail reports it. */
export type ApiCallEvent = EventBridgeEvent<'AWS API Call via CloudTrail', CloudTrailRecord>;

/** An instance entered a state. */
export type StateChangeEvent = EventBridgeEvent<
  'EC2 Instance State-change Notification',
  { 'instance-id': string; state: InstanceState }
>;

/** Tags of an instance changed. */
export type TagChangeEvent = EventBridgeEvent<
  'Tag Change on Resource',
  {
    /** Includes deleted keys, which are absent from `tags`. */
    'changed-tag-keys': string[];
    service: 'ec2';
    'resource-type': 'instance';
    /** Increases with every change of this resource's tags. */
    version: number;
    /** All tags after the change. */
    tags: Record<string, string>;
  }
>;

/** The events that the local fleet puts on the default event bus. */
export type Ec2Event = ApiCallEvent | StateChangeEvent | TagChangeEvent;

/** The event with a CloudTrail record. `resources` is empty, as in every recorded sample. */
export function apiCallEvent(record: CloudTrailRecord): ApiCallEvent {
  return {
    ...envelope('aws.ec2', record.eventTime, []),
    'detail-type': 'AWS API Call via CloudTrail',
    detail: record,
  };
}

/** The notification that an instance entered `state` at `now`. */
export function stateChangeEvent(
  instanceId: string,
  state: InstanceState,
  now: Milliseconds,
): StateChangeEvent {
  return {
    ...envelope('aws.ec2', wholeSeconds(now), [arnOf(instanceId)]),
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': instanceId, state },
  };
}

/** A change of tags. */
export interface TagChange {
  instanceId: string;
  changedKeys: string[];
  version: number;
  tags: ReadonlyMap<string, string>;
}

/** The notification that an instance's tags changed at `now`. */
export function tagChangeEvent(change: TagChange, now: Milliseconds): TagChangeEvent {
  return {
    ...envelope('aws.tag', wholeSeconds(now), [arnOf(change.instanceId)]),
    'detail-type': 'Tag Change on Resource',
    detail: {
      'changed-tag-keys': change.changedKeys,
      service: 'ec2',
      'resource-type': 'instance',
      version: change.version,
      tags: Object.fromEntries(change.tags),
    },
  };
}

/** ISO 8601 in UTC and whole seconds, as in events and records. */
export function wholeSeconds(now: Milliseconds): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function envelope(source: string, time: string, resources: string[]) {
  return { version: '0', id: randomUUID(), source, account: ACCOUNT, time, region: REGION, resources };
}

function arnOf(instanceId: string): string {
  return `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`;
}
