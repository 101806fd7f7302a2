import type { App } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { EdgeStack } from './edge-stack.ts';
import type { DeploymentSettings } from './settings.ts';
import { UpdaterStack } from './updater-stack.ts';

/** What the build made of edge/, updater/ and portal/. */
export interface BuiltParts {
  /** Source text, made for the settings' base domain. */
  routerCode: string;
  /** Directory of `index.mjs`. */
  updaterDirectory: string;
  /** Directory of the portal and the error pages. */
  siteDirectory: string;
}

/** Both stacks of one deployment. The owner is in their names, so that an account can hold several. */
export function deploymentIn(app: App, settings: DeploymentSettings, parts: BuiltParts) {
  const { routerCode, siteDirectory, updaterDirectory } = parts;
  const name = `edge-proxy-${settings.owner}`;
  const edge = new EdgeStack(app, `${name}-edge`, { settings, routerCode, siteDirectory });
  const updater = new UpdaterStack(app, `${name}-updater`, {
    settings,
    updaterCode: lambda.Code.fromAsset(updaterDirectory),
    keyValueStoreArn: edge.keyValueStoreArn,
    siteBucketName: edge.siteBucketName,
  });
  return { edge, updater };
}
