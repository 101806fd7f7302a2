import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { siteHeaders } from '../../../core/settings/site-headers.ts';
import { buildCanaries } from '../../../infra/edge/canaries/canaries.ts';
import { buildHeadersCanaries } from '../../../infra/edge/headers-function.ts';
import { withInherited } from '../../../local/edge/origin/placeholder.ts';
import { builtParts, OWN_DOMAIN, SCRIPT_HASH, stacksOf, templatesOf } from '../synth.ts';

const bare = templatesOf({ public: 'true' }).edge;
const own = templatesOf({ ...OWN_DOMAIN, allowedCidrs: '203.0.113.0/24,198.51.100.7/32' }).edge;

/** The one distribution's configuration. */
function configOf(template: typeof bare) {
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  return distribution?.['Properties'].DistributionConfig;
}

/** Events and functions of a behaviour. */
function eventsOf({ FunctionAssociations }: { FunctionAssociations: Association[] }): string[] {
  return FunctionAssociations.map(
    ({
      EventType,
      FunctionARN: {
        'Fn::GetAtt': [id],
      },
    }) => {
      const [, construct] = /^(\w+)Function[0-9A-F]{8}$/.exec(id) ?? [];
      return `${EventType} ${construct}`;
    },
  );
}

interface Association {
  EventType: string;
  FunctionARN: { 'Fn::GetAtt': [id: string, attribute: string] };
}

/** The CloudFront Function of this name. */
function functionNamed(name: string) {
  return Object.values(bare.findResources('AWS::CloudFront::Function', { Properties: { Name: name } }))[0];
}

function hasConfig(config: object): void {
  bare.hasResourceProperties('AWS::CloudFront::Distribution', { DistributionConfig: config });
}

/** The placeholder, whose settings the router's origins inherit. */
function defaultOrigin(template = bare) {
  const { DefaultCacheBehavior, Origins } = configOf(template);
  return Origins.find((each: { Id: string }) => each.Id === DefaultCacheBehavior.TargetOriginId);
}

describe('the behaviour of apps', () => {
  test('runs the router, forwards everything and caches nothing', () => {
    hasConfig({
      DefaultCacheBehavior: {
        AllowedMethods: Match.arrayWith(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']),
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
        OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3', // AllViewer
        ViewerProtocolPolicy: 'redirect-to-https',
      },
    });
  });

  test('has an origin that no request reaches, without access control, whose timeouts and one header are inherited', () => {
    const origin = defaultOrigin();
    expect(origin.DomainName).toMatch(/\.invalid$/);
    expect(origin).not.toHaveProperty('OriginAccessControlId');
    // A function cannot set it, so every origin of the router inherits it from here.
    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: 'X-Forwarded-Proto', HeaderValue: 'https' }]);
    expect(origin).toMatchObject({ ConnectionAttempts: 2, ConnectionTimeout: 3 });
    expect(origin.CustomOriginConfig).toMatchObject({ OriginReadTimeout: 60 });
  });

  test('has no inherited header if the deployment says so', () => {
    const { edge } = templatesOf({ public: 'true', forwardedProto: 'false' });
    expect(defaultOrigin(edge)).not.toHaveProperty('OriginCustomHeaders');
  });

  test('has the settings that the local edge inherits', () => {
    const { ConnectionAttempts, ConnectionTimeout, CustomOriginConfig, OriginCustomHeaders } =
      defaultOrigin();
    const { connectionAttempts, timeouts, customHeaders } = withInherited({ domainName: 'a.test' });
    expect(connectionAttempts).toBe(ConnectionAttempts);
    expect(timeouts).toEqual({
      connectionTimeout: ConnectionTimeout,
      readTimeout: CustomOriginConfig.OriginReadTimeout,
      keepAliveTimeout: CustomOriginConfig.OriginKeepaliveTimeout,
    });
    expect(Object.keys(customHeaders ?? {})).toEqual([OriginCustomHeaders[0].HeaderName]);
    const slow = withInherited({ domainName: 'a.test', timeouts: { readTimeout: 90 } });
    expect(slow.timeouts).toEqual({ ...timeouts, readTimeout: 90 });
  });

  test('closes an idle connection before servers do that close it after 5 s', () => {
    expect(defaultOrigin().CustomOriginConfig.OriginKeepaliveTimeout).toBeLessThan(5);
  });
});

describe('the behaviour of our own pages', () => {
  test('runs the same router and forwards no Host, cookie or query to S3', () => {
    hasConfig({
      CacheBehaviors: [
        Match.objectLike({
          PathPattern: '/_proxy/*',
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
          OriginRequestPolicyId: Match.absent(),
          ViewerProtocolPolicy: 'redirect-to-https',
        }),
      ],
    });
  });

  test('reads the site bucket by origin access control', () => {
    const { CacheBehaviors, Origins } = configOf(bare);
    const origin = Origins.find((each: { Id: string }) => each.Id === CacheBehaviors[0].TargetOriginId);
    expect(origin.OriginAccessControlId).toBeDefined();
    expect(JSON.stringify(origin.DomainName)).toContain('RegionalDomainName');
    bare.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });

  test('has its files below _proxy, beside the route list of the updater', () => {
    const copies = Object.values(bare.findResources('Custom::CDKBucketDeployment'));
    expect(copies).toHaveLength(2);
    for (const { Properties } of copies)
      expect(Properties).toMatchObject({ DestinationBucketKeyPrefix: '_proxy', Prune: false });
  });

  test('has the scripts of the portal compressed, because CloudFront compresses only what it caches', () => {
    using built = builtParts();
    const { app, edge } = stacksOf({ public: 'true' }, built);
    const copies = Object.values(Template.fromStack(edge).findResources('Custom::CDKBucketDeployment'));
    const packed = copies.filter(
      ({ Properties }) => Properties['SystemMetadata']['content-encoding'] === 'gzip',
    );
    expect(packed).toHaveLength(1);
    const out = app.synth().directory;
    const files = readdirSync(out)
      .map((name) => join(out, name, 'portal.js'))
      .filter((file) => existsSync(file));
    expect(files.map((file) => gunzipSync(readFileSync(file)).toString())).toEqual(['export {};\n']);
  });
});

describe('the headers of our own pages', () => {
  const headers = functionNamed('edge-proxy-main-headers');
  const gates = Object.entries(bare.findResources('Custom::GatedPublish'));
  const [gateId, gate] = gates.find(([id]) => id.startsWith('HeadersGate')) ?? [];

  test('come from a function at viewer response of our own pages only, which every plan of CloudFront allows', () => {
    const { CacheBehaviors, DefaultCacheBehavior } = configOf(bare);
    expect(eventsOf(CacheBehaviors[0])).toEqual(['viewer-request Router', 'viewer-response Headers']);
    expect(eventsOf(DefaultCacheBehavior)).toEqual(['viewer-request Router']);
    for (const type of ['ResponseHeadersPolicy', 'CachePolicy', 'OriginRequestPolicy'])
      bare.resourceCountIs(`AWS::CloudFront::${type}`, 0);
    expect(headers?.['Properties'].FunctionConfig).not.toHaveProperty('KeyValueStoreAssociations');
  });

  test('are proved by the gate before the distribution runs the function', () => {
    expect(headers?.['Properties'].AutoPublish).toBe(false);
    bare.hasResource('AWS::CloudFront::Distribution', { DependsOn: Match.arrayWith([gateId]) });
    expect(gate?.['DependsOn']).toContainEqual(expect.stringMatching(/^HeadersFunction/));
  });

  test('are in every canary of the gate, as the local portal has them', () => {
    const { Cases, StoreArn } = gate?.['Properties'] ?? {};
    expect(JSON.parse(Cases)).toEqual(buildHeadersCanaries(SCRIPT_HASH).cases);
    expect(StoreArn).toBeUndefined();
    const ours = buildHeadersCanaries(SCRIPT_HASH).cases.filter(({ name }) => !name.includes('router'));
    for (const { expected } of ours) expect(expected.headers).toMatchObject(siteHeaders(SCRIPT_HASH));
  });

  test('are proved without access to the store', () => {
    bare.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^HeadersGateRole'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
          Match.objectLike({
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^HeadersFunction'), 'FunctionARN'] },
          }),
        ],
      },
    });
  });

  test('of another page stop the synth', () => {
    using built = builtParts();
    writeFileSync(join(built.parts.siteDirectory, 'errors', 'unreachable.html'), '<script>other()</script>');
    expect(() => stacksOf({ public: 'true' }, built)).toThrow(
      /does not allow the script sha256-.*buildHeaders/,
    );
  });
});

describe('the records', () => {
  const zone = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', hostedZoneName: 'example.com' };
  const recordsOf = (context: object) => {
    const { edge } = templatesOf({ ...OWN_DOMAIN, ...context });
    const records = Object.values(edge.findResources('AWS::Route53::RecordSet'));
    return records.map(({ Properties }) => Properties);
  };

  test('point apex and wildcard to the distribution over IPv4 and IPv6, without a look-up', () => {
    const records = recordsOf({ public: 'true', ...zone });
    expect(records.map(({ Type, Name }) => `${Type} ${Name}`).sort()).toEqual([
      'A *.dev.example.com.',
      'A dev.example.com.',
      'AAAA *.dev.example.com.',
      'AAAA dev.example.com.',
    ]);
    for (const record of records) {
      expect(record.HostedZoneId).toBe(zone.hostedZoneId);
      expect(JSON.stringify(record.AliasTarget.DNSName)).toMatch(/EdgeDistribution\w+","DomainName/);
    }
  });

  test('are IPv4 only if the distribution is', () => {
    const records = recordsOf({ allowedCidrs: '203.0.113.0/24', ...zone });
    expect(records.map(({ Type }) => Type)).toEqual(['A', 'A']);
  });

  test('are not created without a hosted zone', () => {
    own.resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

describe('an error', () => {
  test.each([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504])('%i is not cached', (status) => {
    hasConfig({
      CustomErrorResponses: Match.arrayWith([Match.objectLike({ ErrorCode: status, ErrorCachingMinTTL: 0 })]),
    });
  });

  test('of an instance that does not answer shows a page and keeps its status; other error bodies of apps stay', () => {
    const { CustomErrorResponses } = configOf(bare);
    const withPage = CustomErrorResponses.filter((each: object) => 'ResponsePagePath' in each);
    expect(withPage).toEqual(
      [502, 504].map((status) => ({
        ErrorCode: status,
        ErrorCachingMinTTL: 0,
        ResponseCode: status,
        ResponsePagePath: '/_proxy/errors/unreachable.html',
      })),
    );
  });

  test('without its page stops the synth', () => {
    using built = builtParts();
    rmSync(join(built.parts.siteDirectory, 'errors', 'unreachable.html'));
    expect(() => stacksOf({ public: 'true' }, built)).toThrow(/has no errors\/unreachable\.html.*404/);
  });
});

describe('the router', () => {
  test('is runtime 2.0 with the one store', () => {
    bare.resourceCountIs('AWS::CloudFront::KeyValueStore', 1);
    bare.hasResourceProperties('AWS::CloudFront::Function', {
      FunctionCode: Match.stringLikeRegexp('function handler'),
      FunctionConfig: {
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: [
          { KeyValueStoreARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RouterStore'), 'Arn'] } },
        ],
      },
    });
  });

  test('logs to the group that CloudFront uses, with the retention of all logs', () => {
    const router = functionNamed('edge-proxy-main-router');
    bare.hasResource('AWS::Logs::LogGroup', {
      Properties: {
        LogGroupName: `/aws/cloudfront/function/${router?.['Properties'].Name}`,
        RetentionInDays: 30,
      },
    });
    // It is created before and deleted after the function, which would otherwise create it again.
    expect(router?.['DependsOn']).toContainEqual(expect.stringMatching(/^RouterLog/));
  });

  test('is created after its store, because CloudFront associates only a provisioned store', () => {
    const router = functionNamed('edge-proxy-main-router');
    expect(router?.['DependsOn']).toContainEqual(expect.stringMatching(/^RouterStore/));
  });

  test('may have 10,240 bytes of UTF-8 and not one more', () => {
    using built = builtParts();
    const stacksWith = (routerCode: string) =>
      stacksOf({ public: 'true' }, { ...built, parts: { ...built.parts, routerCode } });
    expect(() => stacksWith('x'.repeat(10_240))).not.toThrow();
    expect(() => stacksWith(`${'x'.repeat(10_239)}ü`)).toThrow(/10241 bytes.*CloudFront allows 10240/);
  });
});

describe('the gate before publication', () => {
  const gates = Object.entries(bare.findResources('Custom::GatedPublish'));
  const [gateId, gate] = gates.find(([id]) => id.startsWith('RouterGate')) ?? [];

  test('is the only way to LIVE, and the distribution depends on it', () => {
    bare.allResourcesProperties('AWS::CloudFront::Function', { AutoPublish: false });
    bare.hasResource('AWS::CloudFront::Distribution', { DependsOn: Match.arrayWith([gateId]) });
    expect(gate?.['DependsOn']).toEqual(expect.arrayContaining([expect.stringMatching(/^RouterFunction/)]));
  });

  test('runs again for other code or another store only', () => {
    const propertiesWith = (routerCode: string) => {
      using built = builtParts();
      const { edge } = stacksOf({ public: 'true' }, { ...built, parts: { ...built.parts, routerCode } });
      const template = Template.fromStack(edge);
      return Object.values(template.findResources('Custom::GatedPublish'))[0]?.['Properties'];
    };
    expect(propertiesWith('one')).toEqual(propertiesWith('one'));
    expect(propertiesWith('one').CodeHash).not.toBe(propertiesWith('two').CodeHash);
    expect(gate?.['Properties'].StoreArn).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^RouterStore/), 'Arn'],
    });
  });

  test('gets the canaries of its release, the limit of their cost, and the store', () => {
    const { cases, store } = buildCanaries('');
    const { Canaries, Cases, UtilizationLimit, StoreArn } = gate?.['Properties'] ?? {};
    expect(JSON.parse(Cases)).toEqual(cases);
    expect(JSON.parse(Canaries)).toEqual(store);
    expect(UtilizationLimit).toBe(40);
    expect(StoreArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^RouterStore/), 'Arn'] });
    const { edge } = templatesOf({ public: 'true', utilizationLimit: '60' });
    edge.hasResourceProperties('Custom::GatedPublish', { UtilizationLimit: 60 });
  });

  test('prints the cost of the router at the end of a deployment', () => {
    bare.hasOutput('RouterUtilization', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RouterGate'), 'Utilization'] },
    });
  });

  test('may do four things to this one function and three to its store, and write its log', () => {
    bare.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^RouterGateRole'),
      PolicyDocument: {
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Effect: 'Allow',
            Resource: Match.anyValue(),
          },
          {
            Action: [
              'cloudfront:DescribeFunction',
              'cloudfront:GetFunction',
              'cloudfront:PublishFunction',
              'cloudfront:TestFunction',
            ],
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RouterFunction'), 'FunctionARN'] },
          },
          {
            Action: [
              'cloudfront-keyvaluestore:DescribeKeyValueStore',
              'cloudfront-keyvaluestore:GetKey',
              'cloudfront-keyvaluestore:UpdateKeys',
            ],
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RouterStore'), 'Arn'] },
          },
        ],
      },
    });
  });

  test('does not wait an hour for a publisher that died', () => {
    expect(gate?.['Properties'].ServiceTimeout).toBe('660');
    bare.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 600,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Description: Match.stringLikeRegexp('proves a function'),
    });
  });
});

describe('the distribution', () => {
  test('speaks HTTP/2 and HTTP/3', () => {
    hasConfig({ HttpVersion: 'http2and3' });
  });

  test('on the bare domain has no alias and no certificate', () => {
    hasConfig({ Aliases: Match.absent(), ViewerCertificate: Match.absent() });
  });

  test('on a domain of our own serves apex and wildcard, by TLS 1.2 of 2025 at least', () => {
    expect(configOf(own)).toMatchObject({
      Aliases: ['dev.example.com', '*.dev.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: OWN_DOMAIN.certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2025',
        SslSupportMethod: 'sni-only',
      },
    });
  });
});

describe('the gate', () => {
  test('blocks all but the allowed addresses', () => {
    own.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      DefaultAction: { Block: {} },
      Rules: [
        Match.objectLike({
          Action: { Allow: {} },
          Statement: {
            IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GateIPV4'), 'Arn'] } },
          },
        }),
      ],
    });
    own.hasResourceProperties('AWS::WAFv2::IPSet', {
      Scope: 'CLOUDFRONT',
      IPAddressVersion: 'IPV4',
      Addresses: ['203.0.113.0/24', '198.51.100.7/32'],
    });
    expect(configOf(own).WebACLId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^GateWebAcl/), 'Arn'] });
  });

  test('holds one rule for each family of addresses', () => {
    const { edge } = templatesOf({ allowedCidrs: '203.0.113.0/24,2001:db8::/32' });
    edge.resourceCountIs('AWS::WAFv2::IPSet', 2);
    expect(configOf(edge).IPV6Enabled).toBe(true);
  });

  test('disables IPv6 on the distribution if no IPv6 viewer may pass', () => {
    expect(configOf(own).IPV6Enabled).toBe(false);
  });

  test('does not exist in a public deployment, which has IPv6', () => {
    bare.resourceCountIs('AWS::WAFv2::WebACL', 0);
    hasConfig({ WebACLId: Match.absent(), IPV6Enabled: true });
  });
});

test('the site bucket is private, encrypted, TLS only, and outlives the stack', () => {
  bare.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  });
  bare.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Effect: 'Allow',
          Action: 's3:GetObject',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Condition: { StringEquals: { 'AWS:SourceArn': Match.anyValue() } },
        }),
        // With the permission to list, S3 answers 404 instead of 403 for a missing page.
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SiteBucket'), 'Arn'] },
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Condition: {
            StringEquals: {
              'AWS:SourceArn': {
                'Fn::Join': [
                  '',
                  Match.arrayWith([':distribution/', { Ref: Match.stringLikeRegexp('^EdgeDistribution') }]),
                ],
              },
            },
          },
        },
        // Everybody may open this portal.
        Match.objectLike({ Effect: 'Deny', Action: 's3:GetObject' }),
      ],
    },
  });
});
