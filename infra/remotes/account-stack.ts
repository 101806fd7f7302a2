import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FleetForwarding } from '../fleet/fleet-forwarding.ts';
import { ForwarderRole, type HomeBus } from '../fleet/home-bus.ts';
import { addOriginGroups, type OriginGroupsParts } from '../fleet/origin-groups.ts';
import { ReaderRole } from '../fleet/reader-role.ts';
import { FleetTrail } from '../fleet/trail.ts';
import { alarmPropsOf } from '../monitoring/alarms.ts';
import { forwarderRoleName } from '../names.ts';

/** Props of {@link AccountStack}. */
export interface AccountStackProps extends OriginGroupsParts {
  /** Not the home account. */
  account: string;
  home: HomeBus;
}

/**
 * The stack that another account has once, in the home region: the role that the updater assumes, the role that forwards
 * events, and a trail if the settings ask for one. It forwards the events of this region if the deployment includes it, and
 * makes the security groups of its VPCs.
 */
export class AccountStack extends Stack {
  constructor(scope: Construct, id: string, { account, home, ...parts }: AccountStackProps) {
    const { settings } = parts;
    super(scope, id, {
      stackName: id,
      env: { account, region: home.region },
      description: `dynamic-edge-proxy ${settings.deployment}: roles and events of ${account}`,
    });
    const { deployment, regions, createTrail } = settings;
    new ReaderRole(this, 'Reader', { deployment, homeAccount: home.account, regions });
    const role = new ForwarderRole(this, 'Forwarder', {
      ...{ deployment, home },
      roleName: forwarderRoleName(deployment),
    });
    if (regions.includes(home.region)) {
      new FleetForwarding(this, 'Forwarding', { ...alarmPropsOf(settings), home, role });
    }
    addOriginGroups(this, parts, { account, region: home.region });
    if (createTrail) new FleetTrail(this, 'Trail', deployment);
  }
}
