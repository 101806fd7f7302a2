import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { buildEdge, buildSiteRouter } from '../../build/edge.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { SIGNED_IN } from './synth.ts';

test('an app without viewers names the settings to pass, without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^setting allowedCidrs is missing: .*-c public=true to admit everybody, or -c signInIssuer=\S+ with its companions to admit people who sign in\n$/,
  );
});

test('an app with sign-in has the router of its deployment and the function that signs viewers in', async () => {
  const outdir = await temporaryFolder();
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const given = JSON.stringify({ ...context, ...SIGNED_IN, deployment: 'team-a' });
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: given };
  execFileSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { env, stdio: 'pipe' });
  const edge = JSON.parse(readFileSync(join(outdir, 'edge-proxy-team-a-edge.template.json'), 'utf8'));
  const functions = Template.fromJSON(edge).findResources('AWS::CloudFront::Function');
  const codes = Object.values(functions).map((each) => each['Properties'].FunctionCode);
  const { baseDomain } = SIGNED_IN;
  const constants = { baseDomain, signIn: { deployment: 'team-a' } };
  expect(codes).toContain(buildEdge(constants));
  expect(codes).toContain(buildSiteRouter(constants));
  const concierge = readFileSync('dist/concierge/index.mjs', 'utf8');
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' });
  const bundles = files.filter((name) => /^asset\.\w+\/index\.mjs$/.test(name));
  expect(bundles.map((name) => readFileSync(join(outdir, name), 'utf8'))).toContain(concierge);
});

test('a synth validates templates only if it is asked, and `npm run check` asks', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const key = 'dynamic-edge-proxy:validate';
  expect(read('cdk.json').context[key]).toBe(false);
  expect(read('package.json').scripts.check).toMatch(`npm run synth -- -c ${key}=true`);
  expect(readFileSync('bin/app.ts', 'utf8')).toContain(`'${key}'`);
});
