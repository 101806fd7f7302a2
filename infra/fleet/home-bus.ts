import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { forwardingRulesOf, namePrefix } from '../names.ts';
import { FLEET_SOURCES } from './fleet-patterns.ts';

/** The default bus of the home region, which gets the events of every region and account. */
export interface HomeBus {
  account: string;
  region: string;
}

/** ARN of that bus. Only this partition has CloudFront's KeyValueStore. */
export function busArn({ account, region }: HomeBus): string {
  return `arn:aws:events:${region}:${account}:event-bus/default`;
}

/** Props of {@link ForwarderRole}. */
export interface ForwarderRoleProps {
  deployment: string;
  home: HomeBus;
  /** Given in accounts where stacks of several regions use the role. */
  roleName?: string;
}

/** A role that EventBridge assumes to put events on the home bus, for the forwarding rules of this account only. */
export class ForwarderRole extends iam.Role {
  constructor(scope: Construct, id: string, { deployment, home, roleName }: ForwarderRoleProps) {
    const { account } = Stack.of(scope);
    super(scope, id, {
      // The conditions are those of the roles that EventBridge's console creates.
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': forwardingRulesOf(deployment, account) },
        },
      }),
      description: 'dynamic-edge-proxy: forwards EC2 events to the home bus',
      ...(roleName === undefined ? {} : { roleName }),
    });
    this.addToPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn(home)] }));
  }
}

/**
 * Allows other accounts to put events on the home bus, by their forwarding rules only (EventBridge User Guide, "Using IAM
 * policy conditions": `aws:SourceArn` is the rule that sends), and only events of the sources that our rules match.
 * These cannot be forged: PutEvents rejects a source that begins with `aws.`.
 */
export class HomeBusPolicy extends Construct {
  constructor(scope: Construct, id: string, deployment: string, accounts: readonly string[]) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    // The prefix alone was once the id in the updater stack, whose removal there would remove this statement.
    const statementId = `${namePrefix(deployment)}-accounts`;
    const statement = new iam.PolicyStatement({
      // Equal to the statement's id, and different for each deployment: deployments of an account share its bus.
      sid: statementId,
      principals: accounts.map((sender) => new iam.AccountPrincipal(sender)),
      actions: ['events:PutEvents'],
      resources: [busArn({ account, region })],
      conditions: {
        ArnLike: { 'aws:SourceArn': accounts.map((sender) => forwardingRulesOf(deployment, sender)) },
        'ForAllValues:StringEquals': { 'events:source': [...FLEET_SOURCES] },
        // A set operator is true for a missing key.
        Null: { 'events:source': 'false' },
      },
    });
    // One statement for all accounts: a bus allows a policy of 10 KB, which is about eighty accounts.
    new events.CfnEventBusPolicy(this, 'FromAccounts', {
      statementId,
      statement: statement.toStatementJson(),
    });
  }
}
