import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { FleetForwarding } from '../fleet/fleet-forwarding.ts';
import { ForwarderRole, type HomeBus } from '../fleet/home-bus.ts';
import { addOriginGroups, type OriginGroupsParts } from '../fleet/origin-groups.ts';
import { alarmPropsOf } from '../monitoring/alarms.ts';
import { forwarderRoleName } from '../names.ts';
import { stackEnvironment } from '../settings/deployment-settings.ts';

/** Props of {@link RegionStack}. */
export interface RegionStackProps extends OriginGroupsParts {
  /** Not the home region. */
  region: string;
}

/** The stack of a further region of the home account: it forwards events and makes security groups for VPCs. */
export class RegionStack extends Stack {
  constructor(scope: Construct, id: string, { region, ...parts }: RegionStackProps) {
    const { settings } = parts;
    super(scope, id, {
      stackName: id,
      env: stackEnvironment(settings, region),
      description: `dynamic-edge-proxy ${settings.deployment}: forwards the events of ${region}`,
    });
    const home: HomeBus = { account: this.account, region: settings.homeRegion };
    new FleetForwarding(this, 'Forwarding', {
      ...alarmPropsOf(settings),
      home,
      role: new ForwarderRole(this, 'Role', { deployment: settings.deployment, home }),
    });
    addOriginGroups(this, parts, { region });
  }
}

/** Props of {@link AccountRegionStack}. */
export interface AccountRegionStackProps extends RegionStackProps {
  /** Not the home account. */
  account: string;
  home: HomeBus;
}

/** The stack of a further region of another account; its roles are in that account's first stack. */
export class AccountRegionStack extends Stack {
  constructor(scope: Construct, id: string, { region, account, home, ...parts }: AccountRegionStackProps) {
    const { settings } = parts;
    super(scope, id, {
      stackName: id,
      env: { account, region },
      description: `dynamic-edge-proxy ${settings.deployment}: forwards the events of ${account} in ${region}`,
    });
    const arn = `arn:aws:iam::${account}:role/${forwarderRoleName(settings.deployment)}`;
    const role = iam.Role.fromRoleArn(this, 'Role', arn, { mutable: false });
    new FleetForwarding(this, 'Forwarding', { ...alarmPropsOf(settings), home, role });
    addOriginGroups(this, parts, { account, region });
  }
}
