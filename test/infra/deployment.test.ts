import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { builtParts, EVERYTHING, stacksOf, templatesOf } from './synth.ts';

/** All stacks that are deployed before this one. */
function upstreamOf({ dependencies }: Stack): Stack[] {
  return dependencies.flatMap((each) => [each, ...upstreamOf(each)]);
}

describe('a deployment', () => {
  test("passes the CDK's CloudFormation schema validation with all parts", () => {
    using built = builtParts();
    delete process.env['CDK_VALIDATION'];
    const { stacks } = stacksOf(EVERYTHING, built).app.synth();
    const where = stacks.map(({ stackName, environment: { account, region } }) => [
      stackName,
      account,
      region,
    ]);
    const of = (account: string, ...named: [string, string][]) =>
      named.map(([name, region]) => [`edge-proxy-team-a-${name}`, account, region]);
    expect(where.sort()).toEqual([
      ...['444455556666', '777788889999'].flatMap((account) =>
        of(
          account,
          [`account-${account}`, 'eu-west-1'],
          [`account-${account}-ap-southeast-1`, 'ap-southeast-1'],
          [`account-${account}-us-east-1`, 'us-east-1'],
        ),
      ),
      ...of(
        '111122223333',
        ['bus', 'eu-west-1'],
        ['edge', 'us-east-1'],
        ['region-ap-southeast-1', 'ap-southeast-1'],
        ['region-us-east-1', 'us-east-1'],
        ['updater', 'eu-west-1'],
      ),
    ]);
  }, 120_000); // The validator is WebAssembly: two seconds to start, many more on a busy machine.

  test('passes the validation on the bare domain, and the validation changes no template', () => {
    using built = builtParts();
    delete process.env['CDK_VALIDATION'];
    const { stacks } = stacksOf({ public: 'true' }, built).app.synth();
    expect(stacks.map(({ stackName }) => stackName)).toEqual([
      'edge-proxy-main-edge',
      'edge-proxy-main-updater',
    ]);
    const { edge, updater } = templatesOf({ public: 'true' });
    expect(stacks.map(({ template }) => template)).toEqual([edge.toJSON(), updater.toJSON()]);
  }, 120_000);

  test.each(['us-east-1', 'eu-west-1'])(
    'with its home in %s finds the outputs of the edge stack',
    (homeRegion) => {
      const { edge, updater } = templatesOf({ public: 'true', homeRegion });
      const wanted = JSON.stringify(updater.toJSON()).matchAll(/"OutputName":"(\w+)"/g);
      const outputs = Object.keys(edge.findOutputs('*'));
      const names = new Set([...wanted].map(([, name]) => name));
      expect(names.size).toBe(2);
      expect(outputs).toEqual(expect.arrayContaining([...names]));
    },
  );

  test('deploys the edge before the updater, also if both are in one region', () => {
    process.env['CDK_VALIDATION'] = 'false';
    using built = builtParts();
    for (const homeRegion of ['us-east-1', 'eu-west-1']) {
      const { app, edge, updater } = stacksOf({ public: 'true', homeRegion }, built);
      app.synth();
      expect(updater.dependencies).toContain(edge);
      expect(edge.dependencies).toEqual([]);
    }
  });

  test('opens the bus before the updater and every account stack', () => {
    process.env['CDK_VALIDATION'] = 'false';
    using built = builtParts();
    const { app, updater, remotes } = stacksOf(EVERYTHING, built);
    app.synth();
    const [bus] = remotes;
    expect(bus?.stackName).toBe('edge-proxy-team-a-bus');
    const accounts = remotes.filter(({ stackName }) => stackName.includes('-account-'));
    expect(accounts).toHaveLength(6);
    for (const stack of [updater, ...accounts]) expect(upstreamOf(stack)).toContain(bus);
  });

  test('needs no custom resource to reach across regions', () => {
    const { edge, updater } = templatesOf({
      public: 'true',
      homeRegion: 'eu-west-1',
      regions: 'eu-west-1,us-east-1',
    });
    updater.resourceCountIs('AWS::Lambda::Function', 1);
    edge.resourceCountIs('Custom::CrossRegionExportWriter', 0);
  });

  test('can share an account with another deployment', () => {
    process.env['CDK_VALIDATION'] = 'false';
    using built = builtParts();
    const owners = ['main', 'a-deployment-with-a-very-long-id'];
    const names = owners.map((deployment) => {
      const { edge } = stacksOf({ public: 'true', deployment }, built);
      const stores = Template.fromStack(edge).findResources('AWS::CloudFront::KeyValueStore');
      return Object.values(stores)[0]?.['Properties'].Name as string;
    });
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/);
  });
});
