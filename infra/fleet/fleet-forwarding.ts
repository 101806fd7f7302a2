import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Alarms, type AlarmsProps } from '../monitoring/alarms.ts';
import { messagesWaiting } from '../monitoring/updater-alarms.ts';
import { forwardingRuleName } from '../names.ts';
import { FLEET_PATTERNS } from './fleet-patterns.ts';
import { busArn, type HomeBus } from './home-bus.ts';
import { Undelivered } from './undelivered.ts';

/** Props of {@link FleetForwarding}. */
export interface FleetForwardingProps extends AlarmsProps {
  home: HomeBus;
  /** The role that EventBridge assumes to forward events. */
  role: iam.IRole;
}

/**
 * Forwards this region's events about instances to the home bus, unchanged, with their own account and region. Events
 * that the bus did not accept wait here, and an alarm of this region reports them. Role and bus recognise the rules by name.
 */
export class FleetForwarding extends Construct {
  constructor(scope: Construct, id: string, { home, role, ...alarms }: FleetForwardingProps) {
    super(scope, id);
    const undelivered = new Undelivered(this, 'Undelivered');
    const bus = events.EventBus.fromEventBusArn(this, 'HomeBus', busArn(home));
    const target = new targets.EventBus(bus, { role, deadLetterQueue: undelivered });
    for (const [name, eventPattern] of Object.entries<events.EventPattern>(FLEET_PATTERNS)) {
      new events.Rule(this, name, {
        ruleName: forwardingRuleName(alarms.deployment, name),
        ...{ eventPattern, targets: [target] },
      });
    }
    new Alarms(this, 'Alarms', alarms).add('undelivered', messagesWaiting(undelivered));
  }
}
