import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { buildEdge, buildSiteRouter } from '../../build/edge.ts';
import { DynamicEdgeProxy, type DynamicEdgeProxyProps } from '../../infra/dynamic-edge-proxy.ts';
import { settingsFromContext } from '../../infra/settings/deployment-settings.ts';
import { type DeploymentProps, settingsFromProps } from '../../infra/settings/props.ts';
import { SETTINGS } from '../../infra/settings/schema.ts';
import { PROPS } from '../../infra/settings/setting.ts';
import { SIGN_IN } from '../../infra/settings/sign-in-settings.ts';
import { Viewers } from '../../infra/settings/viewers.ts';
import {
  ROUTERS,
  type RouterConstants,
  routerConstants,
  SITE_ROUTERS,
  shippedRouter,
  withConstants,
} from '../../infra/shipped-parts.ts';
import { builtParts, OWN_DOMAIN, SIGNED_IN, stacksOf } from './synth.ts';

/** An app without any feature flag of ours, and the construct in it. */
function proxyWith(props: Omit<DynamicEdgeProxyProps, 'parts'>) {
  process.env['CDK_VALIDATION'] = 'false';
  const built = builtParts();
  onTestFinished(() => built[Symbol.dispose]());
  const app = new App({ outdir: mkdtempSync(join(built.directory, 'out-')) });
  const { parts } = built;
  return { app, built, proxy: new DynamicEdgeProxy(app, 'Proxy', { ...props, parts }) };
}

const EVERYONE = { viewers: Viewers.everyone() };

/** A stack of an app, and the certificate and zone of the domain that tests use. */
function ownStack(app = new App(), region = 'us-east-1') {
  const stack = new Stack(app, `Own-${region}`, { env: { region } });
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Given', OWN_DOMAIN.certificateArn);
  const zone = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com' };
  return {
    stack,
    certificate,
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', zone),
  };
}

describe('the construct', () => {
  test('makes the same templates as a clone of this repository, for any flags of the app', () => {
    const { certificate } = ownStack();
    const { baseDomain } = OWN_DOMAIN;
    const { proxy, built } = proxyWith({
      ...{ baseDomain, certificate, homeRegion: 'eu-west-1' },
      viewers: Viewers.cidrs('203.0.113.0/24'),
    });
    const context = { ...OWN_DOMAIN, allowedCidrs: '203.0.113.0/24', homeRegion: 'eu-west-1' };
    const { edge, updater } = stacksOf(context, built);
    const [ownEdge, ownUpdater] = proxy.stacks;
    if (!ownEdge || !ownUpdater) throw new Error('two stacks at least');
    expect([ownEdge.stackName, ownUpdater.stackName]).toEqual([edge.stackName, updater.stackName]);
    // Names and assets differ by the construct's path; the types of resources are the same.
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

  test('exposes parts that other stacks of the same region can use', () => {
    const { app, proxy } = proxyWith({ ...EVERYONE, homeRegion: 'eu-west-1' });
    const edge = new Stack(app, 'AtTheEdge', { env: { region: 'us-east-1' } });
    new CfnOutput(edge, 'Domain', { value: proxy.distribution.distributionDomainName });
    new CfnOutput(edge, 'Store', { value: proxy.store.keyValueStoreArn });
    const home = new Stack(app, 'AtHome', { env: { region: 'eu-west-1' } });
    new CfnOutput(home, 'Queue', { value: proxy.queue.queueArn });
    new CfnOutput(home, 'Journal', { value: proxy.journal.bucketName });
    new CfnOutput(home, 'Updater', { value: proxy.updater.functionArn });
    expect(() => app.synth()).not.toThrow();
  });

  test('accepts a certificate and a zone that the app creates', () => {
    const { app, built } = proxyWith(EVERYONE);
    const { stack } = ownStack(app);
    const hostedZone = new route53.HostedZone(stack, 'Made', { zoneName: 'dev.example.com' });
    const certificate = new acm.Certificate(stack, 'One', { domainName: 'dev.example.com' });
    const props = { ...EVERYONE, deployment: 'own', baseDomain: 'dev.example.com', certificate, hostedZone };
    const proxy = new DynamicEdgeProxy(app, 'Own', { ...props, parts: built.parts });
    const template = Template.fromStack(Stack.of(proxy.distribution));
    const madeElsewhere = Match.objectLike({ 'Fn::GetStackOutput': Match.anyValue() });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { ViewerCertificate: { AcmCertificateArn: madeElsewhere } },
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: '*.dev.example.com.',
      HostedZoneId: madeElsewhere,
    });
  });

  test('refuses a certificate of another region, made or imported', () => {
    const { stack } = ownStack(undefined, 'eu-west-1');
    const made = new acm.Certificate(stack, 'One', { domainName: 'dev.example.com' });
    const arn = OWN_DOMAIN.certificateArn.replace('us-east-1', 'eu-west-1');
    const imported = acm.Certificate.fromCertificateArn(stack, 'Other', arn);
    const refused = (certificate: acm.ICertificate) => () =>
      settingsFromProps({ ...EVERYONE, baseDomain: 'dev.example.com', certificate });
    expect(refused(made)).toThrow(
      /prop certificate is in eu-west-1, but CloudFront accepts .* us-east-1 only/,
    );
    expect(refused(imported)).toThrow(/prop certificate is "arn:.*eu-west-1.*expected the ARN/);
  });

  test('names the prop in every refusal', () => {
    // @ts-expect-error: an app in JavaScript may omit it.
    expect(() => proxyWith({})).toThrow(
      /prop viewers is missing: .*pass viewers: Viewers.cidrs\('203.0.113.0\/24'\).*or viewers: Viewers.everyone\(\)/,
    );
    expect(() => proxyWith({ ...EVERYONE, regions: ['nowhere'] })).toThrow(
      /prop regions is "nowhere".*regions: \['us-east-1', 'eu-west-1'\]/,
    );
    expect(() => Viewers.cidrs('0.0.0.0/0')).toThrow(/prop viewers is "0.0.0.0\/0", expected IPv4 or IPv6/);
    expect(() => Viewers.cidrs()).toThrow(/prop viewers is ""/);
    expect(() => proxyWith({ ...EVERYONE, hostedZone: ownStack().hostedZone })).toThrow(
      /prop hostedZone is given, but there is no baseDomain/,
    );
    // @ts-expect-error: this is a setting of the command line.
    expect(() => proxyWith({ ...EVERYONE, allowedCidrs: ['203.0.113.0/24'] })).toThrow(
      /there is no prop named allowedCidrs; use one of deployment, viewers, plan, baseDomain, certificate, hostedZone/,
    );
  });
});

describe('the props', () => {
  const PROP_NAMES = {
    deployment: true,
    viewers: true,
    plan: true,
    baseDomain: true,
    certificate: true,
    hostedZone: true,
    homeRegion: true,
    regions: true,
    homeAccount: true,
    accounts: true,
    mode: true,
    claims: true,
    portal: true,
    portalTags: true,
    portalPrincipals: true,
    forwardedProto: true,
    originPorts: true,
    originVpcs: true,
    accessLogs: true,
    accessLogsViewer: true,
    createTrail: true,
    monitoring: true,
    alarmEmail: true,
    logRetention: true,
    utilizationLimit: true,
  } satisfies Record<keyof DeploymentProps, true>;

  test('cover every setting', () => {
    expect([...new Set(SETTINGS.map(PROPS.nameOf))]).toEqual(Object.keys(PROP_NAMES));
    expectTypeOf<keyof DynamicEdgeProxyProps>().toEqualTypeOf<keyof DeploymentProps | 'parts'>();
  });

  /** The settings that others require. */
  const CONTEXT = {
    ...OWN_DOMAIN,
    ...{ hostedZoneId: 'Z0123456789ABCDEFGHIJ', hostedZoneName: 'example.com' },
    ...{ homeAccount: '111122223333', accounts: '444455556666', regions: 'us-east-1,eu-west-1' },
  };

  /** The viewers beside a setting. */
  function viewersFor(name: string) {
    if (name === 'allowedCidrs') return {};
    if (!Object.hasOwn(SIGN_IN, name)) return { public: 'true' };
    const { signInIssuer, signInClientId, signInSecretArn, groups } = SIGN_IN;
    const required = [
      signInIssuer,
      signInClientId,
      signInSecretArn,
      ...(name === 'groupsClaim' ? [groups] : []),
    ];
    return Object.fromEntries(required.map((setting) => [setting.name, setting.example]));
  }

  test.each(SETTINGS)('appear in messages as code that means the same as the setting $name', (setting) => {
    const { name, example } = setting;
    const { stack, certificate, hostedZone } = ownStack();
    const code = `return {${PROPS.advise(setting, example)}}`
      .replace("'Certificate'", "'Written'")
      .replace("'Zone'", "'WrittenZone'");
    const written = new Function('Viewers', 'Certificate', 'HostedZone', 'RetentionDays', code).call(
      stack,
      ...[Viewers, acm.Certificate, route53.HostedZone, RetentionDays],
    );
    const { homeAccount } = CONTEXT;
    const props = {
      ...{ ...EVERYONE, baseDomain: 'dev.example.com', certificate, hostedZone, homeAccount },
      ...{ accounts: ['444455556666'], regions: ['us-east-1', 'eu-west-1'] },
      ...written,
    };
    expect(settingsFromProps(props)).toEqual(
      settingsFromContext({ ...CONTEXT, ...viewersFor(name), [name]: example }),
    );
  });

  test('combine sign-in with networks', () => {
    const { certificate } = ownStack();
    const props = { baseDomain: 'dev.example.com', certificate };
    const { signInIssuer: issuer, signInClientId: clientId, signInSecretArn: secretArn } = SIGNED_IN;
    const cidrs = ['203.0.113.0/24'];
    const viewers = Viewers.signedIn({ issuer, clientId, secretArn, groups: { devs: '42' }, cidrs });
    expect(settingsFromProps({ ...props, viewers })).toEqual(
      settingsFromContext({ ...SIGNED_IN, groups: { devs: '42' }, allowedCidrs: cidrs }),
    );
    expect(() => settingsFromProps({ viewers })).toThrow(
      /prop baseDomain is missing beside sign-in: .*pass baseDomain: 'dev\.example\.com'/,
    );
  });

  test('can keep logs forever (RetentionDays.INFINITE)', () => {
    const { logRetention } = settingsFromProps({ ...EVERYONE, logRetention: RetentionDays.INFINITE });
    expect(logRetention).toBe(RetentionDays.INFINITE);
  });

  test('name rule and member of claims that cannot be read', () => {
    expect(() => settingsFromProps({ ...EVERYONE, claims: [{ names: [] }] })).toThrow(
      /claims, rule 1: "names" is \[\]/,
    );
  });
});

describe('a shipped router for our own pages', () => {
  test.each(SITE_ROUTERS)('$file with the constants of a deployment equals the one built for it', (one) => {
    const own = {
      ...one.constants,
      baseDomain: 'dev.example.com',
      signIn: { deployment: 'team-a' },
    };
    expect(withConstants(buildSiteRouter(one.constants), own)).toBe(buildSiteRouter(own));
  });
});

describe('a shipped router', () => {
  test.each(ROUTERS)('$file with the constants of a deployment equals the one built for it', (one) => {
    const { baseDomain, signIn } = one.constants;
    const own: RouterConstants = {
      ...one.constants,
      ...(baseDomain === '' ? {} : { baseDomain: 'dev.example.com' }),
      ...(signIn ? { signIn: { deployment: 'team-a' } } : {}),
    };
    expect(shippedRouter(own)).toBe(one);
    expect(withConstants(buildEdge(one.constants), own)).toBe(buildEdge(own));
  });

  test('exists for each kind of settings, and has the stand-ins of that kind only', () => {
    const kindOf = (context: Readonly<Record<string, string>>) =>
      shippedRouter(routerConstants(settingsFromContext(context))).file;
    expect(kindOf({ public: 'true' })).toBe('public-bare-router.js');
    expect(kindOf({ ...OWN_DOMAIN, public: 'true' })).toBe('public-router.js');
    expect(kindOf({ public: 'true', portal: 'public' })).toBe('bare-router.js');
    expect(kindOf({ ...OWN_DOMAIN, public: 'true', portal: 'public' })).toBe('router.js');
    expect(kindOf(SIGNED_IN)).toBe('sign-in-router.js');
    expect(() => shippedRouter({ baseDomain: '', signIn: { deployment: 'main' } })).toThrow(RangeError);
  });
});
