import { App } from 'aws-cdk-lib';
import { buildEdge, buildHeaders, buildSiteRouter } from '../build/edge.ts';
import { buildChanged } from '../build/functions.ts';
import { addDeployment } from '../infra/deployment.ts';
import { settingsFromContext } from '../infra/settings/deployment-settings.ts';
import { SettingError } from '../infra/settings/setting.ts';
import { routerConstants, signInConstants } from '../infra/shipped-parts.ts';

/** The context key that asks for the CDK's validation of the templates, which takes longer than the rest of a synth. */
const VALIDATE = 'dynamic-edge-proxy:validate';

/** The CDK app: `npx cdk synth -c public=true`, run from the repository's root. */
try {
  const app = new App();
  // The CDK reads this variable at the end of the synth.
  if (String(app.node.tryGetContext(VALIDATE)) !== 'true') process.env['CDK_VALIDATION'] = 'false';
  const settings = settingsFromContext(app.node.getAllContext());
  await buildChanged();
  const constants = routerConstants(settings);
  const withSignIn = signInConstants(constants);
  addDeployment(app, settings, {
    routerCode: buildEdge(constants),
    ...(withSignIn ? { siteRouterCode: buildSiteRouter(withSignIn) } : {}),
    headersCode: buildHeaders(),
    updaterDirectory: 'dist/updater',
    publisherDirectory: 'dist/publisher',
    prefixListDirectory: 'dist/prefix-list',
    trafficDirectory: 'dist/traffic',
    conciergeDirectory: 'dist/concierge',
    conciergeGateDirectory: 'dist/concierge-gate',
    siteDirectory: 'dist/portal',
  });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
