import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Events that may change a route, by rule. Calls need a trail, are late and say who; state changes are complete. */
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
  SpotEvictions: {
    source: ['aws.ec2'],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: { eventName: ['BidEvictedEvent'] },
  },
  // Carries the keys that changed, removed ones included; needs no trail.
  TagChanges: {
    source: ['aws.tag'],
    detailType: ['Tag Change on Resource'],
    detail: { service: ['ec2'], 'resource-type': ['instance'], 'changed-tag-keys': [{ prefix: 'proxy:' }] },
  },
} as const satisfies Record<string, events.EventPattern>;

/**
 * Rules on the default bus (AWS's own events arrive on no other), and the sweep that makes up for lost events:
 * EventBridge promises best effort for all of them.
 */
export class FleetRules extends Construct {
  /**
   * Every target sends the whole event, the sweep too: its `id` and `time` make each message unique, where a
   * constant input would be a duplicate of the last and vanish.
   */
  constructor(scope: Construct, id: string, queue: sqs.IQueue, messageGroupId: string) {
    super(scope, id);
    const target = new targets.SqsQueue(queue, { messageGroupId });
    for (const [name, eventPattern] of Object.entries<events.EventPattern>(FLEET_PATTERNS)) {
      new events.Rule(this, name, { eventPattern, targets: [target] });
    }
    const schedule = events.Schedule.rate(Duration.minutes(1));
    new events.Rule(this, 'Sweep', { schedule, targets: [target] });
  }
}
