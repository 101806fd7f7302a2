import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addDeployment } from '../../infra/deployment.ts';
import { settingsFromContext } from '../../infra/settings/deployment-settings.ts';

type Context = Readonly<Record<string, unknown>>;

/** A deployment with a base domain; `example.com` and its certificate do not exist. */
export const OWN_DOMAIN = {
  baseDomain: 'dev.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
} as const;

/** Sign-in at a provider that needs no other setting. */
export const SIGNED_IN = {
  ...OWN_DOMAIN,
  signInIssuer: 'https://login.example.com',
  signInClientId: 'proxy',
  signInSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sign-in-AbCdEf',
} as const;

/** Every part that settings can ask for: three regions, two other accounts, sign-in, a trail, security groups, mail. */
export const EVERYTHING = {
  ...SIGNED_IN,
  groups: '{"devs":"3f0c7f3e-0000-4000-8000-000000000001"}',
  deployment: 'team-a',
  allowedCidrs: '203.0.113.0/24,2001:db8::/32',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  hostedZoneName: 'example.com',
  homeRegion: 'eu-west-1',
  homeAccount: '111122223333',
  regions: 'eu-west-1,us-east-1,ap-southeast-1',
  accounts: '444455556666,777788889999',
  createTrail: 'true',
  originPorts: '3000-3999',
  originVpcIds:
    'eu-west-1/vpc-0123456789abcdef0,us-east-1/vpc-0123456789abcdef1,444455556666/eu-west-1/vpc-0123456789abcdef2',
  alarmEmail: 'platform@example.com',
} as const;

/** A router with sign-in reads the keys of sessions. */
const ROUTER_WITH_SIGN_IN = "import cf from 'cloudfront';\nfunction handler(event) { return ':keys'; }\n";

const ROUTER = "import cf from 'cloudfront';\nfunction handler(event) { return event.request; }\n";

/** The hash of the script on the stand-in for the error page: base64 of the SHA-256 of `alert(2)`. */
export const SCRIPT_HASH = 'sha256-4axlHpxgDbFzJObpXPFZgZhULrEGgJiud3OwxN9unHg=';

/** It names the script that it allows, as the built one does. */
const HEADERS = `function handler(event) { return event.response; } // ${SCRIPT_HASH}\n`;

/** Stand-ins for the built parts, in a directory of their own. */
export function builtParts() {
  const directory = mkdtempSync(join(tmpdir(), 'edge-proxy-infra-'));
  const updaterDirectory = join(directory, 'updater');
  const siteDirectory = join(directory, 'site');
  mkdirSync(updaterDirectory);
  const publisherDirectory = join(directory, 'publisher');
  mkdirSync(publisherDirectory);
  const prefixListDirectory = join(directory, 'prefix-list');
  mkdirSync(prefixListDirectory);
  const trafficDirectory = join(directory, 'traffic');
  mkdirSync(trafficDirectory);
  const conciergeDirectory = join(directory, 'concierge');
  mkdirSync(conciergeDirectory);
  const conciergeGateDirectory = join(directory, 'concierge-gate');
  mkdirSync(conciergeGateDirectory);
  const functions = [
    updaterDirectory,
    publisherDirectory,
    prefixListDirectory,
    trafficDirectory,
    conciergeDirectory,
    conciergeGateDirectory,
  ];
  for (const folder of functions)
    writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => {};\n');
  mkdirSync(join(siteDirectory, 'errors'), { recursive: true });
  writeFileSync(
    join(siteDirectory, 'errors', 'unreachable.html'),
    '<!doctype html><html lang="en"><title>unreachable</title><script>alert(2)</script>',
  );
  writeFileSync(join(siteDirectory, 'portal.js'), 'export {};\n');
  return {
    directory,
    parts: {
      ...{ routerCode: ROUTER, headersCode: HEADERS, siteDirectory },
      ...{ updaterDirectory, publisherDirectory, prefixListDirectory, trafficDirectory, conciergeDirectory },
      conciergeGateDirectory,
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** All stacks with the feature flags of cdk.json, which change templates, and without this machine's account. */
export function stacksOf(context: Context, built: ReturnType<typeof builtParts>) {
  const { context: flags } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Context };
  const app = new App({
    context: { ...flags, ...context },
    outdir: mkdtempSync(join(built.directory, 'out-')),
    // Both describe the constructs for people, and are in no template.
    treeMetadata: false,
    stackTraces: false,
  });
  const settings = settingsFromContext(app.node.getAllContext());
  const withSignIn = { routerCode: ROUTER_WITH_SIGN_IN, siteRouterCode: ROUTER_WITH_SIGN_IN };
  const parts = { ...built.parts, ...(settings.signIn ? withSignIn : {}) };
  return { app, ...addDeployment(app, settings, parts) };
}

/** The templates of a deployment. */
interface Templates {
  edge: Template;
  updater: Template;
  remotes: ReadonlyMap<string, Template>;
}

/** Settings → their templates. Tests only read them, and most test files ask for the same few. */
const synthesized = new Map<string, Templates>();

/** Templates of the two main stacks, not validated against CloudFormation's schemas: that takes seconds and one test does it. */
export function templatesOf(context: Context): Templates {
  const key = JSON.stringify(Object.entries(context).sort());
  const known = synthesized.get(key) ?? synthesize(context);
  synthesized.set(key, known);
  return known;
}

function synthesize(context: Context): Templates {
  process.env['CDK_VALIDATION'] = 'false';
  using built = builtParts();
  const { edge, updater, remotes } = stacksOf(context, built);
  return {
    edge: Template.fromStack(edge),
    updater: Template.fromStack(updater),
    remotes: new Map(remotes.map((stack) => [stack.stackName, Template.fromStack(stack)])),
  };
}

/** The templates of all stacks as a plain list. */
export function allTemplates(context: Context): Template[] {
  const { edge, updater, remotes } = templatesOf(context);
  return [edge, updater, ...remotes.values()];
}
