import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { builtParts, OWN_DOMAIN, stacksOf, templatesOf } from './synth.ts';

const FULL = {
  ...OWN_DOMAIN,
  allowedCidrs: '203.0.113.0/24,2001:db8::/32',
  homeRegion: 'eu-west-1',
  regions: 'eu-west-1,us-east-1',
};

describe('a deployment', () => {
  test("passes the CDK's CloudFormation schema validation, whose findings are errors", () => {
    using built = builtParts();
    delete process.env['CDK_VALIDATION'];
    const { stacks } = stacksOf(FULL, built).app.synth();
    expect(stacks.map((stack) => [stack.stackName, stack.environment.region])).toEqual([
      ['edge-proxy-main-edge', 'us-east-1'],
      ['edge-proxy-main-region-us-east-1', 'us-east-1'],
      ['edge-proxy-main-updater', 'eu-west-1'],
    ]);
  }, 120_000); // The validator is WebAssembly: two seconds to start, many more on a busy machine.

  test.each(['us-east-1', 'eu-west-1'])(
    'with its home in %s finds the outputs of the edge stack',
    (homeRegion) => {
      const { edge, updater } = templatesOf({ public: 'true', homeRegion });
      const wanted = JSON.stringify(updater.toJSON()).matchAll(/"OutputName":"(\w+)"/g);
      const outputs = Object.keys(edge.findOutputs('*'));
      const names = new Set([...wanted].map(([, name]) => name));
      expect(names.size).toBe(3);
      expect(outputs).toEqual(expect.arrayContaining([...names]));
    },
  );

  test('needs no custom resource to reach across regions', () => {
    const { edge, updater } = templatesOf(FULL);
    updater.resourceCountIs('AWS::Lambda::Function', 1);
    edge.resourceCountIs('Custom::CrossRegionExportWriter', 0);
  });

  test('stands beside another one in the same account', () => {
    process.env['CDK_VALIDATION'] = 'false';
    using built = builtParts();
    const owners = ['main', 'a-deployment-with-a-very-long-id'];
    const names = owners.map((owner) => {
      const { edge } = stacksOf({ public: 'true', owner }, built);
      const stores = Template.fromStack(edge).findResources('AWS::CloudFront::KeyValueStore');
      return Object.values(stores)[0]?.['Properties'].Name as string;
    });
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/);
  });
});
