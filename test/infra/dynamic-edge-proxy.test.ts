import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { DynamicEdgeProxy, type DynamicEdgeProxyProps } from '../../infra/dynamic-edge-proxy.ts';
import { settingsFromProps } from '../../infra/settings/deployment-settings.ts';
import { SCHEMA, SETTINGS } from '../../infra/settings/schema.ts';
import { asProp } from '../../infra/settings/setting.ts';
import { BASE_DOMAIN_STAND_IN, withBaseDomain } from '../../infra/shipped-parts.ts';
import { builtParts, OWN_DOMAIN, stacksOf } from './synth.ts';

/** An app without any feature flag of ours, and the construct in it. */
function proxyWith(props: Omit<DynamicEdgeProxyProps, 'parts'>) {
  process.env['CDK_VALIDATION'] = 'false';
  const built = builtParts();
  onTestFinished(() => built[Symbol.dispose]());
  const app = new App({ outdir: mkdtempSync(join(built.directory, 'out-')) });
  const { parts } = built;
  return { app, built, proxy: new DynamicEdgeProxy(app, 'Proxy', { ...props, parts }) };
}

describe('the construct', () => {
  test('makes the templates of a deployment of this repository, whatever the flags of the app', () => {
    const props = { ...OWN_DOMAIN, allowedCidrs: ['203.0.113.0/24'], homeRegion: 'eu-west-1' };
    const { proxy, built } = proxyWith(props);
    const { edge, updater } = stacksOf({ ...props, allowedCidrs: '203.0.113.0/24' }, built);
    const [ownEdge, ownUpdater] = proxy.stacks;
    if (!ownEdge || !ownUpdater) throw new Error('two stacks at least');
    expect([ownEdge.stackName, ownUpdater.stackName]).toEqual([edge.stackName, updater.stackName]);
    // Names and assets carry the construct's path; what is made of them is the same.
    const typesOf = (stack: Stack) => {
      const { Resources } = Template.fromStack(stack).toJSON() as {
        Resources: Record<string, { Type: string }>;
      };
      return Object.values(Resources).map(({ Type }) => Type);
    };
    expect(typesOf(ownEdge)).toEqual(typesOf(edge));
    expect(typesOf(ownUpdater)).toEqual(typesOf(updater));
    expect(typesOf(ownUpdater).filter((type) => type.startsWith('Custom::CrossRegion'))).toEqual([]);
  });

  test('exposes parts that other stacks of their regions can use', () => {
    const { app, proxy } = proxyWith({ public: true, homeRegion: 'eu-west-1' });
    const edge = new Stack(app, 'AtTheEdge', { env: { region: 'us-east-1' } });
    new CfnOutput(edge, 'Domain', { value: proxy.distribution.distributionDomainName });
    new CfnOutput(edge, 'Store', { value: proxy.store.keyValueStoreArn });
    const home = new Stack(app, 'AtHome', { env: { region: 'eu-west-1' } });
    new CfnOutput(home, 'Queue', { value: proxy.queue.queueArn });
    new CfnOutput(home, 'Journal', { value: proxy.journal.bucketName });
    new CfnOutput(home, 'Updater', { value: proxy.updater.functionArn });
    expect(() => app.synth()).not.toThrow();
  });

  test('takes a certificate that the app makes', () => {
    const { app } = proxyWith({ public: true });
    const stack = new Stack(app, 'Certificates', { env: { region: 'us-east-1' } });
    const certificate = new acm.Certificate(stack, 'One', { domainName: 'dev.example.com' });
    const built = builtParts();
    onTestFinished(() => built[Symbol.dispose]());
    const { certificateArn } = certificate;
    const props = { public: true, deployment: 'own', baseDomain: 'dev.example.com', certificateArn };
    const proxy = new DynamicEdgeProxy(app, 'Own', { ...props, parts: built.parts });
    Template.fromStack(Stack.of(proxy.distribution)).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        ViewerCertificate: { AcmCertificateArn: Match.not(SCHEMA.certificateArn.example) },
      },
    });
  });

  test('says in the words of props what it cannot honour', () => {
    expect(() => proxyWith({})).toThrow(/pass allowedCidrs: \['203.0.113.0\/24'\].*or public: true/);
    expect(() => proxyWith({ public: true, regions: ['nowhere'] })).toThrow(
      /regions: \['us-east-1', 'eu-west-1'\]/,
    );
  });
});

describe('the props', () => {
  test('are the settings', () => {
    expectTypeOf<Exclude<keyof DynamicEdgeProxyProps, 'parts'>>().toEqualTypeOf<keyof typeof SCHEMA>();
  });

  test('are shown in messages as they are written', () => {
    for (const setting of SETTINGS) {
      const given: Record<string, unknown> = new Function(`return {${asProp(setting, setting.example)}}`)();
      const value = given[setting.name];
      const text = Array.isArray(value) && setting.prop === 'list' ? value.join(',') : undefined;
      const read = text ?? (typeof value === 'object' ? JSON.stringify(value) : String(value));
      expect(read, setting.name).toBe(setting.example);
    }
  });

  test('may be lists and numbers', () => {
    const claims = [{ names: 'shop*', accounts: ['444455556666'] }];
    const props = { allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'], logRetentionDays: 7, claims };
    expect(settingsFromProps(props)).toMatchObject({ logRetentionDays: 7, claims: JSON.stringify(claims) });
    expect(() => settingsFromProps({ ...props, claims: [{}] })).toThrow(/claims, rule 1: "names" is \[\]/);
  });
});

test('the shipped router becomes the one of a base domain', () => {
  const shipped = buildEdge({ baseDomain: BASE_DOMAIN_STAND_IN });
  expect(shipped.split(BASE_DOMAIN_STAND_IN)).toHaveLength(2);
  expect(withBaseDomain(shipped, 'dev.example.com')).toBe(buildEdge({ baseDomain: 'dev.example.com' }));
});
