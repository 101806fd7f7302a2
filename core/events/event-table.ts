import { asObject, type JsonObject, parseText, quoted } from '../json.ts';
import { type EventKind, ignored, type Judgement, quarantined, wholeFleet } from './event-reading.ts';
import {
  addressedIds,
  answeredIds,
  answeredOrAskedIds,
  interfaceIds,
  type NamedIds,
  noIds,
  noticedTags,
  noticeIds,
  spotIds,
  taggedIds,
} from './named-ids.ts';

/** How one kind of event is read. */
export type EventRow = readonly [
  source: string,
  /** EventBridge's detail-type or the name of a call; `ANY` for all of the source. */
  type: string,
  kind: EventKind,
  /** Finds the instances in the event or in the record of a call. */
  ids: (json: JsonObject) => NamedIds,
  /** The judgement if it names no instance. */
  nameless: (type: string) => Judgement,
  special?: {
    /** The action, if the type does not name it. */
    name?: (json: JsonObject) => string;
    /** Why it asks for nothing. */
    dismissal?: string;
    /** A call that failed may have reached some of its instances. */
    mayFailInPart?: true;
  },
];

const ANY = '*';

const isJunk = (type: string) => quarantined(`${quoted(type)} names no instance`);
const isNothing = (type: string) => ignored(`${quoted(type)} names no instance`);
const mayBeAny = (name: string) => wholeFleet(`${name} names no instance, so any instance may have changed`);
const isSweep = () => wholeFleet();

const detailOf = (event: JsonObject) => asObject(event['detail']);
const stateName = (event: JsonObject) => parseText(detailOf(event)['state']) ?? 'unknown';
const interruption = (event: JsonObject) =>
  `interruption:${parseText(detailOf(event)['instance-action']) ?? 'unknown'}`;

/**
 * Notices in an EventBridge envelope (EC2 and Auto Scaling User Guides). No route depends on others.
 *
 * The source matters: anyone who may put events on a bus can choose the detail-type, but not a source that begins with `aws.`.
 */
const NOTICES: readonly EventRow[] = [
  [
    'aws.ec2',
    'EC2 Instance State-change Notification',
    'state-change',
    noticeIds,
    isJunk,
    { name: stateName },
  ],
  ['aws.ec2', 'EC2 Spot Instance Interruption Warning', 'spot', noticeIds, isJunk, { name: interruption }],
  ['aws.ec2', 'EC2 Spot Instance Request Fulfillment', 'spot', noticeIds, isJunk],
  [
    ...(['aws.ec2', 'EC2 Instance Rebalance Recommendation', 'spot', noticeIds, isJunk] as const),
    { dismissal: 'only advice: the instance keeps running' },
  ],
  ['aws.tag', ANY, 'tag-change', noticedTags, isJunk],
  // A "terminate" action may be a return to the warm pool, and a failed launch names `""`, so EC2 is asked.
  ['aws.autoscaling', ANY, 'auto-scaling', noticeIds, isNothing],
  ['aws.ec2fleet', ANY, 'fleet', noticeIds, isNothing],
  ['aws.ec2spotfleet', ANY, 'fleet', noticeIds, isNothing],
  ['aws.events', ANY, 'schedule', noIds, isSweep],
  ['aws.scheduler', ANY, 'schedule', noIds, isSweep],
];

/** EC2's eventSource, in every partition. */
export const EC2 = 'ec2.amazonaws.com';

/**
 * The calls in CloudTrail records that can change a route.
 *
 * Large sets are cut out, and an association of an address names no instance. In both cases the whole fleet is read.
 */
const CALLS: readonly EventRow[] = [
  [EC2, 'RunInstances', 'api-call', answeredIds, mayBeAny],
  [EC2, 'StartInstances', 'api-call', answeredOrAskedIds, mayBeAny],
  [EC2, 'StopInstances', 'api-call', answeredOrAskedIds, mayBeAny],
  // Across zones it may terminate some instances and report failure for the protected ones (EC2 API reference).
  [EC2, 'TerminateInstances', 'api-call', answeredOrAskedIds, mayBeAny, { mayFailInPart: true }],
  [EC2, 'CreateTags', 'api-call', taggedIds, mayBeAny],
  [EC2, 'DeleteTags', 'api-call', taggedIds, mayBeAny],
  [EC2, 'AssociateAddress', 'api-call', addressedIds, mayBeAny],
  [EC2, 'DisassociateAddress', 'api-call', addressedIds, mayBeAny],
  [EC2, 'AssignIpv6Addresses', 'api-call', interfaceIds, mayBeAny],
  [EC2, 'UnassignIpv6Addresses', 'api-call', interfaceIds, mayBeAny],
  [EC2, 'AttachNetworkInterface', 'api-call', interfaceIds, mayBeAny],
  [EC2, 'DetachNetworkInterface', 'api-call', interfaceIds, mayBeAny],
  // It may release the public IPv4 address (EC2 API reference, `AssociatePublicIpAddress`).
  [EC2, 'ModifyNetworkInterfaceAttribute', 'api-call', interfaceIds, mayBeAny],
  [EC2, 'BidEvictedEvent', 'spot', spotIds, mayBeAny],
  [EC2, 'BidFulfilledEvent', 'spot', spotIds, mayBeAny],
];

export function findNotice(source: string, type: string): EventRow | undefined {
  return NOTICES.find((row) => row[0] === source && (row[1] === type || row[1] === ANY));
}

export function findCall(name: string): EventRow | undefined {
  return CALLS.find((row) => row[1] === name);
}
