import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { HomeBusPolicy } from '../fleet/home-bus.ts';
import { type DeploymentSettings, stackEnvironment } from '../settings/deployment-settings.ts';

/** Props of {@link BusStack}. */
export interface BusStackProps {
  settings: DeploymentSettings;
}

/**
 * Opens the home bus to the other accounts. A stack of its own, which comes before theirs: EventBridge refuses a rule's
 * target in another account until the bus there has let that account in.
 */
export class BusStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: BusStackProps) {
    const { deployment, homeRegion, accounts } = settings;
    super(scope, id, {
      stackName: id,
      env: stackEnvironment(settings, homeRegion),
      description: `dynamic-edge-proxy ${deployment}: lets other accounts send their events home`,
    });
    new HomeBusPolicy(this, 'Bus', deployment, accounts);
  }
}
