import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { forwardingRulesOf, namePrefix } from '../names.ts';
import { FLEET_SOURCES } from './fleet-patterns.ts';

/** The default bus of the home region, which every region and account sends to. */
export interface HomeBus {
  account: string;
  region: string;
}

/** ARN of that bus. The partition is fixed: CloudFront's KeyValueStore is in no other. */
export function busArn({ account, region }: HomeBus): string {
  return `arn:aws:events:${region}:${account}:event-bus/default`;
}

/** Props of {@link ForwarderRole}. */
export interface ForwarderRoleProps {
  deployment: string;
  home: HomeBus;
  /** For accounts in which stacks of several regions use it. */
  roleName?: string;
}

/** A role that EventBridge takes on to put events on the home bus: for our rules of this account, and for nothing else. */
export class ForwarderRole extends iam.Role {
  constructor(scope: Construct, id: string, { deployment, home, roleName }: ForwarderRoleProps) {
    const { account } = Stack.of(scope);
    super(scope, id, {
      // What EventBridge's own console writes into the roles that it makes.
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
 * Lets other accounts put events on the home bus: by their forwarding rules only (EventBridge User Guide, "Using IAM
 * policy conditions": `aws:SourceArn` is the rule that sends), and only events of the sources that our rules match.
 * Nobody can forge those: PutEvents takes no source that begins with `aws.`.
 */
export class HomeBusPolicy extends Construct {
  constructor(scope: Construct, id: string, deployment: string, accounts: readonly string[]) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    // The prefix alone is the id that the updater stack had once: whoever removes it there would remove ours.
    const statementId = `${namePrefix(deployment)}-accounts`;
    const statement = new iam.PolicyStatement({
      // The same as the statement's id, and another one for each deployment: deployments of an account share its bus.
      sid: statementId,
      principals: accounts.map((sender) => new iam.AccountPrincipal(sender)),
      actions: ['events:PutEvents'],
      resources: [busArn({ account, region })],
      conditions: {
        ArnLike: { 'aws:SourceArn': accounts.map((sender) => forwardingRulesOf(deployment, sender)) },
        'ForAllValues:StringEquals': { 'events:source': [...FLEET_SOURCES] },
        // A set operator is true of a key that is not there.
        Null: { 'events:source': 'false' },
      },
    });
    // One statement for all of them: a bus takes a policy of 10 KB, some eighty accounts this way.
    new events.CfnEventBusPolicy(this, 'FromAccounts', {
      statementId,
      statement: statement.toStatementJson(),
    });
  }
}
