import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EdgeStack } from './edge/edge-stack.ts';
import type { OriginGroupsParts } from './fleet/origin-groups.ts';
import { lambdaCode } from './lambda-code.ts';
import { namePrefix } from './names.ts';
import { AccountStack } from './remotes/account-stack.ts';
import { BusStack } from './remotes/bus-stack.ts';
import { AccountRegionStack, RegionStack } from './remotes/region-stack.ts';
import type { DeploymentSettings } from './settings/deployment-settings.ts';
import { UpdaterStack } from './updater/updater-stack.ts';

/** Everything that a deployment takes from the build. */
export interface BuiltParts {
  /** Source of the router, built for the settings' base domain. */
  routerCode: string;
  /** Source of the router for our own pages, built for the same settings. Only a deployment with sign-in has it. */
  siteRouterCode?: string;
  /** Source of the function that sets the headers of our own pages, built for the pages in `siteDirectory`. */
  headersCode: string;
  /** Holds `index.mjs`. */
  updaterDirectory: string;
  /** Holds `index.mjs`, which tests and publishes both functions. */
  publisherDirectory: string;
  /** Its `node_modules` holds aws-crt for arm64. Absent where the two directories above hold it themselves. */
  crtDirectory?: string;
  /** Holds `index.mjs`, which looks up CloudFront's prefix lists. */
  prefixListDirectory: string;
  /** Holds `index.mjs`, which counts access logs. */
  trafficDirectory: string;
  /** Holds `index.mjs`, which signs viewers in. Only a deployment with sign-in reads it. */
  conciergeDirectory: string;
  /** Holds `index.mjs`, which tests that function. Only a deployment with sign-in reads it. */
  conciergeGateDirectory: string;
  /** Holds the portal and the error pages. */
  siteDirectory: string;
}

/** Adds the stacks of a deployment; `remotes` are in the order of their deployment. Names of stacks hold the deployment's id, so that an account can have several. */
export function addDeployment(scope: Construct, settings: DeploymentSettings, parts: BuiltParts) {
  const { routerCode, siteRouterCode, headersCode, siteDirectory, prefixListDirectory, crtDirectory } = parts;
  const name = namePrefix(settings.deployment);
  const edge = new EdgeStack(scope, `${name}-edge`, {
    ...{ settings, routerCode, siteRouterCode, headersCode, siteDirectory },
    publisherCode: lambdaCode(parts.publisherDirectory, crtDirectory),
    trafficCode: lambdaCode(parts.trafficDirectory),
    conciergeCode: () => lambdaCode(parts.conciergeDirectory),
    conciergeGateCode: () => lambdaCode(parts.conciergeGateDirectory),
  });
  const common = { settings, prefixListDirectory };
  const updater = new UpdaterStack(scope, `${name}-updater`, {
    ...common,
    updaterCode: lambdaCode(parts.updaterDirectory, crtDirectory),
    keyValueStoreArn: edge.store.keyValueStoreArn,
    siteBucketName: edge.siteBucketName,
    routerFunctionName: edge.routerFunctionName,
    ...(edge.siteRouterFunctionName ? { siteRouterFunctionName: edge.siteRouterFunctionName } : {}),
    ...(edge.concierge ? { signIn: edge.concierge } : {}),
  });
  const bus = addBus(scope, settings);
  if (bus !== undefined) updater.addStackDependency(bus);
  return { edge, updater, remotes: [...(bus ? [bus] : []), ...addRemotes(scope, common, bus)] };
}

function addBus(scope: Construct, settings: DeploymentSettings): BusStack | undefined {
  if (settings.accounts.length === 0) return undefined;
  return new BusStack(scope, `${namePrefix(settings.deployment)}-bus`, { settings });
}

/** Stacks of further regions and of other accounts, which forward their events to the home region. */
function addRemotes(scope: Construct, common: OriginGroupsParts, bus: BusStack | undefined): Stack[] {
  const { settings } = common;
  const { deployment, homeRegion, homeAccount, accounts } = settings;
  const away = settings.regions.filter((region) => region !== homeRegion);
  const ours = away.map(
    (region) => new RegionStack(scope, `${namePrefix(deployment)}-region-${region}`, { ...common, region }),
  );
  // Settings refuse accounts without the home account.
  if (homeAccount === undefined || bus === undefined) return ours;
  const home = { account: homeAccount, region: homeRegion };
  const theirs = accounts.flatMap((account) => {
    const name = `${namePrefix(deployment)}-account-${account}`;
    const first = new AccountStack(scope, name, { ...common, account, home });
    first.addStackDependency(bus);
    const others = away.map(
      (region) => new AccountRegionStack(scope, `${name}-${region}`, { ...common, region, account, home }),
    );
    // The first stack has the role of the others.
    for (const other of others) other.addStackDependency(first);
    return [first, ...others];
  });
  return [...ours, ...theirs];
}
