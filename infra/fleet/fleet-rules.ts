import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FLEET_PATTERNS } from './fleet-patterns.ts';

/** Props of {@link FleetRules}. */
export interface FleetRulesProps {
  queue: sqs.IQueue;
  messageGroupId: string;
  /** Gets the events that the queue did not accept. */
  undelivered: sqs.IQueue;
}

/**
 * Rules on the default bus, which gets AWS's own events and those that other regions and accounts forward; and two
 * schedules, because EventBridge delivers events on a best-effort basis.
 *
 * Every message must be unique, or the queue drops it as a duplicate. Events and sweeps are sent whole, with `id` and
 * `time`; the audit's message copies both.
 */
export class FleetRules extends Construct {
  constructor(scope: Construct, id: string, { queue, messageGroupId, undelivered }: FleetRulesProps) {
    super(scope, id);
    const target = { messageGroupId, deadLetterQueue: undelivered };
    const whole = new targets.SqsQueue(queue, target);
    for (const [name, eventPattern] of Object.entries<events.EventPattern>(FLEET_PATTERNS)) {
      new events.Rule(this, name, { eventPattern, targets: [whole] });
    }
    new events.Rule(this, 'Sweep', {
      description: 'repairs each minute what a lost event left wrong',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [whole],
    });
    const audit = { action: 'audit', if: 'due', id: events.EventField.eventId, time: events.EventField.time };
    new events.Rule(this, 'Audit', {
      description:
        'compares each hour the fleet with all entries, and the store with the mirror if that is due',
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [
        new targets.SqsQueue(queue, { ...target, message: events.RuleTargetInput.fromObject(audit) }),
      ],
    });
  }
}
