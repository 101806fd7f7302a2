import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { HomeBusPolicy } from '../fleet/home-bus.ts';
import { type DeploymentSettings, stackEnvironment } from '../settings/deployment-settings.ts';

/** Props of {@link BusStack}. */
export interface BusStackProps {
  settings: DeploymentSettings;
}

/**
 * Opens the home bus to the other accounts. It is a stack of its own and deployed before theirs: EventBridge refuses a rule
 * with a target in another account until the bus there allows it.
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
