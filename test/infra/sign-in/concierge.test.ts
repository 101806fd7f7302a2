import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import type { Fault } from '../../../core/schema.ts';
import { type ConciergeSettings, parseConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import { addDeployment } from '../../../infra/deployment.ts';
import { PAID_TIERS } from '../../../infra/pricing-plan/tier.ts';
import { tierFaults } from '../../../infra/pricing-plan/tier-faults.ts';
import { settingsFromContext } from '../../../infra/settings/deployment-settings.ts';
import { listOf, statementsIn } from '../statements.ts';
import { builtParts, OWN_DOMAIN, SIGNED_IN, stacksOf, templatesOf } from '../synth.ts';
import { variablesIn } from '../updater/updater-environment.ts';

const GROUPS = { devs: '3f0c7f3e-0000-4000-8000-000000000001', ops: 'Operators' };
const CONTEXT = { ...SIGNED_IN, homeRegion: 'eu-west-1', groups: GROUPS };
const { edge, updater } = templatesOf(CONTEXT);

interface Behaviour {
  PathPattern: string;
  TargetOriginId: string;
  FunctionAssociations: { EventType: string }[];
  LambdaFunctionAssociations?: { EventType: string; IncludeBody: boolean; LambdaFunctionARN: unknown }[];
}

function configOf(template: Template) {
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  return distribution?.['Properties'].DistributionConfig;
}

const config = configOf(edge);
const [behaviour, site]: Behaviour[] = config.CacheBehaviors;
const origin = config.Origins.find(({ Id }: { Id: string }) => Id === behaviour?.TargetOriginId);

/** The function that signs viewers in. */
const [functionId, concierge] =
  Object.entries(edge.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith('SignInLambda')) ??
  [];
const [versionId, version] = Object.entries(edge.findResources('AWS::Lambda::Version'))[0] ?? [];

/** A value as it is after the deployment. */
function deployed(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (join) return join[1].map(deployed).join(join[0]);
  const { Ref } = value as { Ref?: string };
  // About as long as CloudFormation makes them.
  return Ref?.startsWith('SignInSession')
    ? `arn:aws:secretsmanager:us-east-1:111122223333:secret:session-${'x'.repeat(60)}-AbCdEf`
    : String(Ref).padEnd(63, 'x');
}

/** The settings that the function reads from a distribution's custom headers. */
function settingsIn(template: Template): ConciergeSettings | Fault {
  const { CacheBehaviors, Origins } = configOf(template);
  const { OriginCustomHeaders } = Origins.find(
    ({ Id }: { Id: string }) => Id === CacheBehaviors[0].TargetOriginId,
  );
  const headers = new Map<string, string>(
    OriginCustomHeaders.map(({ HeaderName, HeaderValue }: { HeaderName: string; HeaderValue: unknown }) => [
      HeaderName,
      deployed(HeaderValue),
    ]),
  );
  return parseConciergeSettings((name) => headers.get(name));
}

describe('the behaviour of sign-in', () => {
  test('and that of our own pages run the router for these paths, and apps the other one', () => {
    const runs = [behaviour, site, config.DefaultCacheBehavior].map(
      (each) => JSON.stringify(each?.FunctionAssociations[0]).match(/(SignInRouter|Router)Function/)?.[1],
    );
    expect(runs).toEqual(['SignInRouter', 'SignInRouter', 'Router']);
  });

  test('comes before that of our own pages, and runs the router', () => {
    expect([behaviour?.PathPattern, site?.PathPattern]).toEqual(['/_proxy/api/*', '/_proxy/*']);
    expect(behaviour?.FunctionAssociations.map(({ EventType }) => EventType)).toEqual(['viewer-request']);
  });

  test('runs a numbered version of the function at origin request, without bodies', () => {
    expect(behaviour?.LambdaFunctionAssociations).toEqual([
      { EventType: 'origin-request', IncludeBody: false, LambdaFunctionARN: { Ref: versionId } },
    ]);
    expect(version?.['Properties']).toMatchObject({ FunctionName: { Ref: functionId } });
    for (const other of [site, config.DefaultCacheBehavior])
      expect(other).not.toHaveProperty('LambdaFunctionAssociations');
  });

  test('forwards all but the host by a managed policy, takes every method and caches nothing', () => {
    expect(behaviour).toMatchObject({
      AllowedMethods: expect.arrayContaining(['GET', 'HEAD', 'POST']),
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac', // AllViewerExceptHostHeader
      ViewerProtocolPolicy: 'redirect-to-https',
    });
  });

  test('has an origin whose name exists, which CloudFront may not read', () => {
    expect(JSON.stringify(origin.DomainName)).toContain('SiteBucket');
    expect(origin).not.toHaveProperty('OriginAccessControlId');
    edge.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
  });

  test.each(PAID_TIERS)('is accepted by the plan %s', (plan) => {
    const { edge: planned } = templatesOf({ ...CONTEXT, plan });
    expect(tierFaults(planned.toJSON()['Resources'], plan)).toEqual([]);
  });
});

describe('the function', () => {
  test('is as Lambda@Edge takes it: x86-64, without variables, layers, VPC, tracing and reserved concurrency', () => {
    expect(concierge?.['Properties']).toMatchObject({
      Architectures: ['x86_64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
    });
    for (const name of [
      ...['Environment', 'Layers', 'VpcConfig', 'TracingConfig', 'ReservedConcurrentExecutions'],
      ...['DeadLetterConfig', 'FileSystemConfigs', 'LoggingConfig', 'KmsKeyArn', 'EphemeralStorage'],
    ])
      expect(concierge?.['Properties']).not.toHaveProperty(name);
    using built = builtParts();
    expect(stacksOf(CONTEXT, built).edge.region).toBe('us-east-1');
  });

  test('has more time than it takes, and less than CloudFront allows at origin request', () => {
    const { Timeout, MemorySize } = concierge?.['Properties'] ?? {};
    expect(Timeout).toBeGreaterThan(8);
    expect(Timeout).toBeLessThanOrEqual(30);
    expect(MemorySize).toBeGreaterThanOrEqual(512);
  });

  test('stays with its versions when the stack no longer has them: Lambda cannot delete a function with copies', () => {
    for (const kept of [concierge, version]) expect(kept).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  test('has a name that no other stack of the deployment gets', () => {
    const name = concierge?.['Properties'].FunctionName;
    expect(JSON.stringify(name)).toContain('"Ref":"AWS::StackId"');
    // The longest deployment, and eight characters of the stack's id.
    expect(`edge-proxy-${'a'.repeat(32)}-concierge-`.length + 8).toBeLessThanOrEqual(64);
  });

  test('reads the files of one bucket and two secrets, and writes logs of its own name in every region', () => {
    const policy = Object.entries(edge.findResources('AWS::IAM::Policy')).find(([id]) =>
      id.startsWith('SignInLambdaRole'),
    );
    const statements = statementsIn({ toJSON: () => policy?.[1] } as unknown as Template);
    expect(statements.map(({ Action }) => listOf(Action))).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ['s3:GetObject'],
      ['s3:ListBucket'],
      ['secretsmanager:GetSecretValue'],
    ]);
    const [, replicas, files, bucket, secrets] = statements.map(({ Resource }) => JSON.stringify(Resource));
    expect(replicas).toMatch(
      /arn:aws:logs:\*:.*log-group:\/aws\/lambda\/us-east-1\.edge-proxy-main-concierge-/,
    );
    expect(files).toMatch(/SignInAccess.*\/access\.json.*SignInAccess.*\/live\/\*/);
    expect(bucket).toMatch(/SignInAccess/);
    expect(secrets).toContain(SIGNED_IN.signInSecretArn);
    expect(secrets).not.toContain('Origin');
  });

  test('may be assumed by Lambda and by its copies', () => {
    const [, role] =
      Object.entries(edge.findResources('AWS::IAM::Role')).find(([id]) =>
        id.startsWith('SignInLambdaRole'),
      ) ?? [];
    const services = role?.['Properties'].AssumeRolePolicyDocument.Statement.flatMap(
      ({ Principal }: { Principal: { Service: string | string[] } }) => listOf(Principal.Service),
    );
    expect(services.sort()).toEqual(['edgelambda.amazonaws.com', 'lambda.amazonaws.com']);
  });
});

/** Ids of the custom resources of a type, and the ids on which a resource depends. */
const idsOf = (type: string) => Object.keys(edge.findResources(type));
const dependenciesOf = (type: string, begins = '') =>
  Object.entries(edge.findResources(type))
    .filter(([id]) => id.startsWith(begins))
    .flatMap(([, resource]) => listOf(resource['DependsOn'] ?? []));

describe('the gate of the function', () => {
  const [gateId = ''] = idsOf('Custom::ConciergeGate');
  const gate = edge.findResources('Custom::ConciergeGate')[gateId]?.['Properties'];

  test('gets the version of the distribution, and the settings of its origin', () => {
    expect(gate).toMatchObject({ FunctionArn: { Ref: versionId } });
    const headers = JSON.parse(deployed(gate.Settings));
    const { OriginCustomHeaders } = origin;
    expect(headers).toEqual(
      Object.fromEntries(
        OriginCustomHeaders.map(
          ({ HeaderName, HeaderValue }: { HeaderName: string; HeaderValue: unknown }) => [
            HeaderName,
            deployed(HeaderValue),
          ],
        ),
      ),
    );
  });

  test('comes before the distribution, so that a function that fails is never associated', () => {
    expect(gateId).toMatch(/^SignInGate/);
    expect(dependenciesOf('AWS::CloudFront::Distribution')).toContain(gateId);
  });

  test('comes before the new router is published, which sends viewers to sign in', () => {
    expect(dependenciesOf('Custom::GatedPublish', 'RouterGate')).toContain(gateId);
    expect(dependenciesOf('Custom::GatedPublish', 'HeadersGate')).not.toContain(gateId);
  });

  test('and the gate of the router for our own pages come before the new router, which refuses these paths', () => {
    const [site] = dependenciesOf('Custom::GatedPublish', 'RouterGate').filter((id) =>
      id.startsWith('SignInRouterGate'),
    );
    expect(site).toBeDefined();
    expect(dependenciesOf('AWS::CloudFront::Distribution')).toContain(site);
  });

  test('has an end, also if it crashes', () => {
    const [timeout] = Object.entries(edge.findResources('AWS::Lambda::Function'))
      .filter(([id]) => id.startsWith('SignInGate'))
      .map(([, { Properties }]) => Properties.Timeout);
    expect([timeout, gate.ServiceTimeout]).toEqual([600, '660']);
  });

  test('may invoke this version and write one file', () => {
    const [policy] = Object.entries(edge.findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.startsWith('SignInGateRole'),
    );
    const statements = statementsIn({ toJSON: () => policy?.[1] } as unknown as Template);
    expect(statements.map(({ Action }) => listOf(Action))).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['lambda:InvokeFunction'],
      ['s3:PutObject'],
    ]);
    const [, invoked, written] = statements.map(({ Resource }) => Resource);
    expect(invoked).toEqual({ Ref: versionId });
    expect(JSON.stringify(written)).toMatch(/SignInAccess.*"\/access\.json"/);
  });
});

describe('the settings of the function', () => {
  test('are custom headers of its origin, without a secret', () => {
    expect(settingsIn(edge)).toEqual({
      deployment: 'main',
      apex: 'https://dev.example.com',
      provider: {
        issuer: 'https://login.example.com',
        clientId: 'proxy',
        clientSecretArn: SIGNED_IN.signInSecretArn,
        userClaim: 'email',
        groupsClaim: 'groups',
        groups: new Map(Object.entries(GROUPS)),
      },
      keysArn: expect.stringMatching(/:secret:session-/),
      access: { region: 'us-east-1', bucket: expect.stringMatching(/^SignInAccess/) },
    });
  });

  test('fit into headers that CloudFront takes, with forty groups and values that are known at deployment only', () => {
    const groups = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `${'g'.repeat(29)}-${n}`,
        `3f0c7f3e-0000-4000-8000-${'0'.repeat(10)}${n}`,
      ]),
    );
    const template = templatesOf({ ...CONTEXT, groups }).edge;
    const { CacheBehaviors, Origins } = configOf(template);
    const { OriginCustomHeaders } = Origins.find(
      ({ Id }: { Id: string }) => Id === CacheBehaviors[0].TargetOriginId,
    );
    expect(OriginCustomHeaders.length).toBeGreaterThan(1);
    for (const { HeaderValue } of OriginCustomHeaders)
      expect(deployed(HeaderValue).length).toBeLessThanOrEqual(1_783);
    expect(settingsIn(template)).toMatchObject({ provider: { groups: new Map(Object.entries(groups)) } });
  });
});

describe('the web ACL with sign-in', () => {
  const aclIn = (template: Template) =>
    Object.values(template.findResources('AWS::WAFv2::WebACL'))[0]?.['Properties'];

  test('blocks an address that uses the endpoints more than six hundred times a minute, and admits the others', () => {
    const { Rules, DefaultAction } = aclIn(edge);
    expect(DefaultAction).toEqual({ Allow: {} });
    expect(Rules).toEqual([
      {
        Name: 'sign-in-rate',
        Priority: 0,
        Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
        Statement: {
          RateBasedStatement: {
            Limit: 600,
            EvaluationWindowSec: 60,
            AggregateKeyType: 'IP',
            ScopeDownStatement: {
              ByteMatchStatement: {
                FieldToMatch: { UriPath: {} },
                PositionalConstraint: 'STARTS_WITH',
                SearchString: '/_proxy/api/',
                TextTransformations: [{ Priority: 0, Type: 'NONE' }],
              },
            },
          },
        },
        VisibilityConfig: expect.objectContaining({ SampledRequestsEnabled: false }),
      },
    ]);
  });

  test('limits the rate before it admits the networks that are given, and blocks all others', () => {
    const { edge: closed } = templatesOf({ ...CONTEXT, allowedCidrs: '203.0.113.0/24,2001:db8::/32' });
    const { Rules, DefaultAction } = aclIn(closed);
    expect(DefaultAction).toEqual({ Block: {} });
    expect(Rules.map(({ Name, Priority }: { Name: string; Priority: number }) => [Name, Priority])).toEqual([
      ['sign-in-rate', 0],
      ['allow-IPV4', 1],
      ['allow-IPV6', 2],
    ]);
  });
});

describe('the alarm of sign-in', () => {
  test('counts the failures of all copies by the distribution, in us-east-1', () => {
    edge.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'edge-proxy-main-sign-in-errors',
      Namespace: 'AWS/CloudFront',
      MetricName: 'LambdaExecutionError',
      Dimensions: [
        { Name: 'DistributionId', Value: { Ref: Match.stringLikeRegexp('^EdgeDistribution') } },
        { Name: 'Region', Value: 'Global' },
      ],
      Statistic: 'Sum',
      Threshold: 2,
    });
  });
});

describe('the updater', () => {
  test('learns secret, bucket and groups of sign-in', () => {
    expect(variablesIn(updater)).toMatchObject({
      SESSION_SECRET_ARN: expect.stringMatching(/SignInSession/),
      ACCESS_BUCKET: expect.stringMatching(/SignInAccess/),
      SIGN_IN_GROUPS: 'devs,ops',
    });
    expect(variablesIn(templatesOf(SIGNED_IN).updater)).not.toHaveProperty('SIGN_IN_GROUPS');
  });

  test('may write the access rules and the orders, and read the secret of sessions', () => {
    const text = JSON.stringify(updater.findResources('AWS::IAM::Policy'));
    expect(text).toContain('/access.json');
    expect(text).toContain('/sign-in/main.json');
    expect(text).toContain('/orders/*');
  });
});

describe('the page for instances that do not answer', () => {
  /** The pages among the assets of a deployment. */
  function pagesOf(context: Readonly<Record<string, unknown>>): string[] {
    using built = builtParts();
    const { directory } = stacksOf(context, built).app.synth();
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('unreachable.html'))
      .map((file) => readFileSync(join(directory, file), 'utf8'));
  }

  test('asks the concierge with sign-in, and only then; its script is the same', () => {
    const [without, ...others] = pagesOf({ public: 'true' });
    expect(others).toEqual([]);
    expect(pagesOf(SIGNED_IN)).toEqual([without?.replace('<html', '<html data-concierge')]);
    expect(without).toContain('<html lang="en">');
  });
});

describe('a router of the wrong kind', () => {
  const add = (context: Readonly<Record<string, unknown>>, routerCode: string) => () => {
    using built = builtParts();
    addDeployment(new App(), settingsFromContext(context), { ...built.parts, routerCode });
  };

  test('is refused with sign-in, because it would let every viewer in', () => {
    expect(add(SIGNED_IN, buildEdge({ baseDomain: 'dev.example.com' }))).toThrow(
      /the built router does not check sessions, so every viewer could open every app/,
    );
  });

  test('is refused for our own pages as well, and so is none', () => {
    const withSite = (code?: string) => () => {
      using built = builtParts();
      const parts = { ...built.parts, routerCode: "kvs.get(':keys')" };
      addDeployment(new App(), settingsFromContext(SIGNED_IN), {
        ...parts,
        ...(code === undefined ? {} : { siteRouterCode: code }),
      });
    };
    expect(withSite()).toThrow(/has a router for our own pages, and the parts have none; build it/);
    expect(withSite('function handler(){}')).toThrow(/every viewer could see the list of apps/);
  });

  test('is refused without sign-in, because it would let no viewer in', () => {
    expect(add({ public: 'true' }, "kvs.get(':keys')")).toThrow(/the built router checks sessions/);
  });
});

describe('a deployment without sign-in', () => {
  const { edge: without, updater: own } = templatesOf({
    ...OWN_DOMAIN,
    public: 'true',
    homeRegion: 'eu-west-1',
  });

  test('has nothing of it', () => {
    for (const template of [without, own])
      expect(JSON.stringify(template.toJSON())).not.toMatch(
        /sign-in|SignIn|concierge|Concierge|edgelambda|SESSION_SECRET|access\.json/,
      );
    without.resourceCountIs('AWS::WAFv2::WebACL', 0);
    without.resourceCountIs('AWS::Lambda::Version', 0);
  });
});
