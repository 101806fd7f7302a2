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
 * What another account needs, once: the role that the updater takes on, the role that sends events home, and, if
 * asked for, a trail. In the home region, whose events it forwards if that is one of the deployment's, and whose VPCs
 * get security groups.
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
