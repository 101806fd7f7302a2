import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FLEET_SOURCES } from './fleet-patterns.ts';
import { forwarderRoleName, prefixOf } from './names.ts';

/** The default bus of the home region, which every region and account sends to. */
export interface HomeBus {
  account: string;
  region: string;
}

/** ARN of that bus. The partition is fixed: CloudFront's KeyValueStore is in no other. */
export function arnOfBus({ account, region }: HomeBus): string {
  return `arn:aws:events:${region}:${account}:event-bus/default`;
}

/** A role that EventBridge takes on to put events on the home bus, and for nothing else. */
export class ForwarderRole extends iam.Role {
  /** @param roleName For accounts whose role the home bus has to know by name. */
  constructor(scope: Construct, id: string, home: HomeBus, roleName?: string) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com'),
      description: 'dynamic-edge-proxy: forwards EC2 events to the home bus',
      ...(roleName === undefined ? {} : { roleName }),
    });
    this.addToPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [arnOfBus(home)] }));
  }
}

/**
 * Lets other accounts put events on the home bus: by their forwarder role only, and only events of the sources that
 * our rules match. Nobody can forge those: PutEvents takes no source that begins with `aws.`.
 *
 * Principals are accounts with a condition on the role. A role as the principal would have to exist first, and the
 * policy would fall apart when it is made anew.
 */
export class HomeBusPolicy extends Construct {
  constructor(scope: Construct, id: string, owner: string, accounts: readonly string[]) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    for (const sender of accounts) {
      const statement = new iam.PolicyStatement({
        sid: `${prefixOf(owner)}-${sender}`.replaceAll('-', ''),
        principals: [new iam.AccountPrincipal(sender)],
        actions: ['events:PutEvents'],
        resources: [arnOfBus({ account, region })],
        conditions: {
          ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${sender}:role/${forwarderRoleName(owner)}` },
          'ForAllValues:StringEquals': { 'events:source': [...FLEET_SOURCES] },
        },
      });
      new events.CfnEventBusPolicy(this, `From-${sender}`, {
        statementId: `${prefixOf(owner)}-${sender}`,
        statement: statement.toStatementJson(),
      });
    }
  }
}
