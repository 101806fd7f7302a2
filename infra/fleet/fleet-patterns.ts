import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { TAG_PREFIX } from '../../core/tags/tags.ts';

/**
 * Events that may change a route, by rule; the same in every region and account. API calls need a trail, arrive late and
 * name the caller; state changes are complete.
 */
export const FLEET_PATTERNS = {
  ApiCalls: {
    source: ['aws.ec2'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['ec2.amazonaws.com'],
      // Failed calls too, for the journal, and all callers: scaling groups launch as a service.
      eventName: [
        'RunInstances',
        'TerminateInstances',
        'StartInstances',
        'StopInstances',
        'CreateTags',
        'DeleteTags',
        'AssociateAddress',
        'DisassociateAddress',
        'AssignIpv6Addresses',
        'UnassignIpv6Addresses',
        'AttachNetworkInterface',
        'DetachNetworkInterface',
        'ModifyNetworkInterfaceAttribute',
      ],
    },
  },
  StateChanges: { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] },
  SpotWarnings: { source: ['aws.ec2'], detailType: ['EC2 Spot Instance Interruption Warning'] },
  // A lifecycle hook announces an instance that leaves its group; a launch that succeeds ends that state.
  ScalingActions: {
    source: ['aws.autoscaling'],
    detailType: ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance Launch Successful'],
  },
  SpotEvictions: {
    source: ['aws.ec2'],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: { eventName: ['BidEvictedEvent'] },
  },
  // Holds the changed keys, removed ones included; needs no trail.
  TagChanges: {
    source: ['aws.tag'],
    detailType: ['Tag Change on Resource'],
    detail: { service: ['ec2'], 'resource-type': ['instance'], 'changed-tag-keys': [{ prefix: TAG_PREFIX }] },
  },
} as const satisfies Record<string, EventPattern>;

/** Every source in the patterns: other accounts may send events of these sources only. */
export const FLEET_SOURCES = ['aws.ec2', 'aws.autoscaling', 'aws.tag'] as const;
