import { randomUUID } from 'node:crypto';
import { privateNameOf, REGION } from './addresses.ts';
import type { Caller } from './api/caller.ts';
import type { Ec2Error } from './api/ec2-error.ts';
import type { WantedIpv6 } from './interfaces.ts';
import type {
  InstanceTag,
  LaunchRequest,
  LocalInstance,
  StateChange,
  TagSelector,
} from './local-instance.ts';
import { STATE_CODES } from './transitions.ts';

/** The account of the local AWS, which AWS documentation uses too. */
export const ACCOUNT = '123456789012';

/** The calls that change the fleet. */
export type ApiName =
  | 'RunInstances'
  | 'StartInstances'
  | 'StopInstances'
  | 'TerminateInstances'
  | 'CreateTags'
  | 'DeleteTags'
  | 'AssignIpv6Addresses'
  | 'UnassignIpv6Addresses';

/** A JSON object as CloudTrail writes it: a set is `{ items: […] }`, an empty set `{}`. */
export type TrailObject = Record<string, unknown>;

/** The part of a CloudTrail record (User Guide, "Record contents") that EC2 calls carry. */
export interface CloudTrailRecord {
  eventVersion: string;
  userIdentity: TrailObject;
  eventTime: string;
  eventSource: 'ec2.amazonaws.com';
  eventName: ApiName;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  /** `Client.` and EC2's code. Present if the call failed. */
  errorCode?: string;
  errorMessage?: string;
  /** The parameters of the call, even if it was refused. */
  requestParameters: TrailObject;
  /** null if the call failed. */
  responseElements: TrailObject | null;
  requestID: string;
  eventID: string;
  readOnly: false;
  eventType: 'AwsApiCall';
  managementEvent: true;
  recipientAccountId: string;
  eventCategory: 'Management';
}

/** The result of a call. */
export type CallResult =
  | { responseElements: TrailObject }
  | { responseElements: null; errorCode: string; errorMessage: string };

/** The result of a call that EC2 refused. */
export function refusedResult({ code, message }: Ec2Error): CallResult {
  return { responseElements: null, errorCode: `Client.${code}`, errorMessage: message };
}

/** A call that changes the fleet, with its parameters. */
export interface ApiRequest {
  eventName: ApiName;
  requestParameters: TrailObject;
}

/** The record of one call that ended at `eventTime` (ISO 8601, whole seconds). */
export function trailRecord(
  request: ApiRequest,
  result: CallResult,
  caller: Caller,
  eventTime: string,
): CloudTrailRecord {
  return {
    eventVersion: '1.10',
    userIdentity: trailIdentity(caller),
    eventTime,
    eventSource: 'ec2.amazonaws.com',
    awsRegion: REGION,
    sourceIPAddress: caller.sourceAddress,
    userAgent: caller.userAgent,
    ...request,
    ...withRequestId(result, caller.requestId),
    requestID: caller.requestId,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
}

/** The parameters of RunInstances, without user data. */
export function runRequest(launch: LaunchRequest): ApiRequest {
  const { imageId, minCount, maxCount, instanceType, clientToken, userData, subnetId } = launch;
  const { ipv6AddressCount } = launch;
  const specifications = launch.tagSpecifications ?? [];
  const requestParameters = {
    instancesSet: trailSet([{ imageId, minCount, maxCount }]),
    ...(userData === undefined ? {} : { userData: '<sensitiveDataRemoved>' }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(ipv6AddressCount === undefined ? {} : { ipv6AddressCount }),
    blockDeviceMapping: {},
    monitoring: { enabled: false },
    disableApiTermination: false,
    disableApiStop: false,
    ...(clientToken === undefined ? {} : { clientToken }),
    ...(specifications.length === 0 ? {} : { tagSpecificationSet: trailSet(specifications) }),
  };
  return { eventName: 'RunInstances', requestParameters };
}

/** The parameters of a start, stop or terminate call. */
export function changeRequest(
  eventName: 'StartInstances' | 'StopInstances' | 'TerminateInstances',
  instanceIds: readonly string[],
): ApiRequest {
  const flags = {
    StartInstances: {},
    StopInstances: { force: false },
    TerminateInstances: { force: false, skipOsShutdown: false },
  };
  const instancesSet = trailSet(instanceIds.map((instanceId) => ({ instanceId })));
  return { eventName, requestParameters: { instancesSet, ...flags[eventName] } };
}

/** The parameters of CreateTags or DeleteTags. DeleteTags of all tags has no tag set. */
export function tagsRequest(
  eventName: 'CreateTags' | 'DeleteTags',
  resourceIds: readonly string[],
  tags: readonly (InstanceTag | TagSelector)[],
): ApiRequest {
  const resourcesSet = trailSet(resourceIds.map((resourceId) => ({ resourceId })));
  return {
    eventName,
    requestParameters: { resourcesSet, ...(tags.length === 0 ? {} : { tagSet: trailSet(tags) }) },
  };
}

/** The parameters of AssignIpv6Addresses or UnassignIpv6Addresses. */
export function ipv6Request(
  eventName: 'AssignIpv6Addresses' | 'UnassignIpv6Addresses',
  networkInterfaceId: string,
  { count, addresses = [] }: WantedIpv6,
): ApiRequest {
  const requestParameters = {
    networkInterfaceId,
    ...(count === undefined ? {} : { ipv6AddressCount: count }),
    ...(addresses.length === 0 ? {} : { ipv6Addresses: trailSet(addresses) }),
  };
  return { eventName, requestParameters };
}

/** The answer of the same calls. */
export function ipv6Elements(
  list: 'assignedIpv6Addresses' | 'unassignedIpv6Addresses',
  networkInterfaceId: string,
  addresses: readonly string[],
): TrailObject {
  return { networkInterfaceId, [list]: trailSet(addresses) };
}

/** The answer of RunInstances. It has no public address, because no instance has one yet. */
export function runElements(launched: readonly LocalInstance[]): TrailObject {
  return {
    reservationId: launched[0]?.reservationId,
    ownerId: ACCOUNT,
    groupSet: {},
    instancesSet: trailSet(launched.map(launchedItem)),
  };
}

/** The answer of a start, stop or terminate call. */
export function changeElements(changes: readonly StateChange[]): TrailObject {
  const items = changes.map(({ instanceId, current, previous }) => ({
    instanceId,
    currentState: trailState(current),
    previousState: trailState(previous),
  }));
  return { instancesSet: trailSet(items) };
}

function launchedItem(instance: LocalInstance): TrailObject {
  const privateDnsName = privateNameOf(instance.privateAddress);
  const tags = [...instance.tags].map(([key, value]) => ({ key, value }));
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: trailState(instance.state),
    privateDnsName,
    ...(instance.isIpv6Only ? {} : { privateIpAddress: instance.privateAddress }),
    networkInterfaceSet: trailSet([
      {
        networkInterfaceId: instance.interfaceId,
        ipv6AddressesSet: trailSet(instance.ipv6.map((ipv6Address) => ({ ipv6Address }))),
        tagSet: {},
      },
    ]),
    amiLaunchIndex: instance.launchIndex,
    instanceType: instance.instanceType,
    launchTime: instance.launchedAt,
    placement: { availabilityZone: `${REGION}a`, tenancy: 'default' },
    monitoring: { state: 'disabled' },
    stateReason: { code: 'pending', message: 'pending' },
    ...(instance.clientToken === undefined ? {} : { clientToken: instance.clientToken }),
    ...(tags.length === 0 ? {} : { tagSet: trailSet(tags) }),
  };
}

function trailState(name: LocalInstance['state']) {
  return { code: STATE_CODES[name], name };
}

function trailSet(items: readonly unknown[]): TrailObject {
  return items.length === 0 ? {} : { items };
}

/** EC2 repeats the request's id at the beginning of its answer. */
function withRequestId(result: CallResult, requestId: string): CallResult {
  if (result.responseElements === null) return result;
  return { responseElements: { requestId, ...result.responseElements } };
}

function trailIdentity(caller: Caller): TrailObject {
  return {
    type: 'IAMUser',
    principalId: 'AIDALOCALLOCALLOCALLO',
    arn: `arn:aws:iam::${ACCOUNT}:user/local`,
    accountId: ACCOUNT,
    accessKeyId: caller.accessKeyId,
    userName: 'local',
  };
}
