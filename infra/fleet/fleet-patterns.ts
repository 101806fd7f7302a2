import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { TAG_PREFIX } from '../../core/tags/tags.ts';

/**
 * Events that may change a route, by rule; the same in every region and account. Calls need a trail, are late and say
 * who; state changes are complete.
 */
export const FLEET_PATTERNS = {
  ApiCalls: {
    source: ['aws.ec2'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['ec2.amazonaws.com'],
      // Failed calls too (the journal wants attempts), and whoever called: scaling groups launch as a service.
      eventName: [
        'RunInstances',
        'TerminateInstances',
        'StartInstances',
        'StopInstances',
        'CreateTags',
        'DeleteTags',
        'AssociateAddress',
        'DisassociateAddress',
      ],
    },
  },
  StateChanges: { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] },
  SpotWarnings: { source: ['aws.ec2'], detailType: ['EC2 Spot Instance Interruption Warning'] },
  // With a hook an instance tells before it leaves its group; that it serves (again) ends what the hook began.
  ScalingActions: {
    source: ['aws.autoscaling'],
    detailType: ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance Launch Successful'],
  },
  SpotEvictions: {
    source: ['aws.ec2'],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: { eventName: ['BidEvictedEvent'] },
  },
  // Carries the keys that changed, removed ones included; needs no trail.
  TagChanges: {
    source: ['aws.tag'],
    detailType: ['Tag Change on Resource'],
    detail: { service: ['ec2'], 'resource-type': ['instance'], 'changed-tag-keys': [{ prefix: TAG_PREFIX }] },
  },
} as const satisfies Record<string, EventPattern>;

/** Every source that the patterns name: what another account may send, and nothing else. */
export const FLEET_SOURCES = ['aws.ec2', 'aws.autoscaling', 'aws.tag'] as const;
