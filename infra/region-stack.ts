import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { FleetForwarding } from './fleet-forwarding.ts';
import { ForwarderRole, type HomeBus } from './home-bus.ts';
import { alarmsOf } from './monitoring/alarms.ts';
import { forwarderRoleName } from './names.ts';
import { originGroupsIn } from './origin-groups.ts';
import { type DeploymentSettings, environmentIn } from './settings.ts';

/** Props of {@link RegionStack}. */
export interface RegionStackProps {
  settings: DeploymentSettings;
  /** Not the home region. */
  region: string;
}

/** What a further region of the home account needs: events sent home, and security groups for its VPCs. */
export class RegionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, region }: RegionStackProps) {
    super(scope, id, {
      stackName: id,
      env: environmentIn(settings, region),
      description: `dynamic-edge-proxy ${settings.owner}: forwards the events of ${region}`,
    });
    const home: HomeBus = { account: this.account, region: settings.homeRegion };
    new FleetForwarding(this, 'Forwarding', {
      ...alarmsOf(settings),
      home,
      role: new ForwarderRole(this, 'Role', { owner: settings.owner, home }),
    });
    originGroupsIn(this, settings, { region });
  }
}

/** Props of {@link AccountRegionStack}. */
export interface AccountRegionStackProps extends RegionStackProps {
  /** Not the home account. */
  account: string;
  home: HomeBus;
}

/** What a further region of another account needs; its roles are in that account's first stack. */
export class AccountRegionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, region, account, home }: AccountRegionStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account, region },
      description: `dynamic-edge-proxy ${settings.owner}: forwards the events of ${account} in ${region}`,
    });
    const arn = `arn:aws:iam::${account}:role/${forwarderRoleName(settings.owner)}`;
    const role = iam.Role.fromRoleArn(this, 'Role', arn, { mutable: false });
    new FleetForwarding(this, 'Forwarding', { ...alarmsOf(settings), home, role });
    originGroupsIn(this, settings, { account, region });
  }
}
