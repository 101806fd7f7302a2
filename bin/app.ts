import { App } from 'aws-cdk-lib';
import { buildEdge } from '../build/edge.ts';
import { addDeployment } from '../infra/deployment.ts';
import { settingsFromContext } from '../infra/settings/deployment-settings.ts';
import { SettingError } from '../infra/settings/setting.ts';

/** The CDK app: `npx cdk synth -c public=true`, run from the repository's root, after `npm run build`. */
try {
  const app = new App();
  const settings = settingsFromContext(app.node.getAllContext());
  addDeployment(app, settings, {
    routerCode: buildEdge({ baseDomain: settings.domain?.baseDomain ?? '' }),
    updaterDirectory: 'dist/updater',
    publisherDirectory: 'dist/publisher',
    prefixListDirectory: 'dist/prefix-list',
    siteDirectory: 'portal',
  });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
