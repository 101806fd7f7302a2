import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { describe, expect, test } from 'vitest';
import type { Resources } from '../../../infra/pricing-plan/edge-resources.ts';
import { PAID_TIERS, type Tier } from '../../../infra/pricing-plan/tier.ts';
import { tierFaults } from '../../../infra/pricing-plan/tier-faults.ts';
import { TIER_LIMITS } from '../../../infra/pricing-plan/tier-limits.ts';
import { settingsFromContext } from '../../../infra/settings/deployment-settings.ts';
import { builtParts, EVERYTHING, OWN_DOMAIN, stacksOf, templatesOf } from '../synth.ts';

const CONTEXTS = {
  'a public deployment on the bare domain': { public: 'true' },
  'a domain of its own': { ...OWN_DOMAIN, allowedCidrs: '203.0.113.0/24' },
  'all options': EVERYTHING,
} as const;
const TIERS: readonly Tier[] = ['free', ...PAID_TIERS];

function edgeOf(context: Readonly<Record<string, unknown>>) {
  return templatesOf(context).edge;
}

const OURS: Resources = edgeOf({ public: 'true', plan: 'pro' }).toJSON()['Resources'];

describe('the templates', () => {
  test.each(Object.entries(CONTEXTS))('of %s fit every plan that the setting takes', (_, context) => {
    for (const plan of PAID_TIERS) {
      const { Resources } = edgeOf({ ...context, plan }).toJSON();
      expect(tierFaults(Resources, plan)).toEqual([]);
    }
  });

  test('would be refused by the free plan for their KeyValueStore', () => {
    expect(tierFaults(OURS, 'free')).toContainEqual(
      expect.stringMatching(
        /plan "free" refuses .*: RouterFunction\w+ has a function with a KeyValueStore; choose the plan pro \(https/,
      ),
    );
  });
});

/** Changes the distribution of our template. */
function withDistribution(change: object | ((config: CfnConfig) => object)): Resources {
  const resources = structuredClone(OURS);
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const { DistributionConfig } = Properties as { DistributionConfig: CfnConfig };
    Object.assign(DistributionConfig, typeof change === 'function' ? change(DistributionConfig) : change);
  }
  return resources;
}

interface CfnConfig {
  CacheBehaviors: object[];
  Origins: object[];
}

const behaviour = (more: object) =>
  withDistribution(({ CacheBehaviors }) => ({
    CacheBehaviors: CacheBehaviors.map((each) => ({ ...each, ...more })),
  }));
const origin = (more: object) =>
  withDistribution(({ Origins }) => ({ Origins: Origins.map((each) => ({ ...each, ...more })) }));
const behaviours = (count: number) =>
  withDistribution(({ CacheBehaviors }) => ({
    CacheBehaviors: Array.from({ length: count }, () => CacheBehaviors[0]),
  }));
const rule = (statement: object, more: object = {}): Resources => ({
  ...OURS,
  Acl: {
    Type: 'AWS::WAFv2::WebACL',
    Properties: { Rules: [{ Statement: { NotStatement: { Statement: statement } }, ...more }] },
  },
});
const group = (more: object) =>
  rule({ ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet', ...more } });
const other = { Ref: 'Made' };

/** Templates that have the configuration of a row, and nothing else that a plan refuses. */
const PLANTED: Readonly<Record<string, readonly Resources[]>> = {
  'no web ACL': [withDistribution({ WebACLId: undefined }), withDistribution({ WebACLId: '' })],
  'a function with a KeyValueStore': [OURS],
  'a custom cache policy': [
    behaviour({ CachePolicyId: other }),
    withDistribution({ DefaultCacheBehavior: { CachePolicyId: other } }),
  ],
  'a custom origin request policy': [behaviour({ OriginRequestPolicyId: { 'Fn::ImportValue': 'x' } })],
  'a custom response headers policy': [behaviour({ ResponseHeadersPolicyId: other })],
  'more than 5 cache behaviours': [behaviours(5)],
  'more than 10 cache behaviours': [behaviours(10)],
  'more than 50 cache behaviours': [behaviours(50)],
  'a price class other than PriceClass_All': [withDistribution({ PriceClass: 'PriceClass_100' })],
  'access logs': [
    withDistribution({ Logging: { Bucket: 'b' } }),
    { ...OURS, Logs: { Type: 'AWS::Logs::DeliverySource', Properties: { LogType: 'ACCESS_LOGS' } } },
  ],
  'a rule of the web ACL that compares bytes or a regular expression': [
    rule({ ByteMatchStatement: { SearchString: 'x' } }),
    rule({ RegexMatchStatement: { RegexString: 'x' } }),
    rule({ RegexPatternSetReferenceStatement: { Arn: 'x' } }),
  ],
  'a VPC origin': [origin({ VpcOriginConfig: { VpcOriginId: 'vo_1' } })],
  'an origin group': [withDistribution({ OriginGroups: { Quantity: 1, Items: [] } })],
  'client certificates of viewers (mTLS)': [withDistribution({ ViewerMtlsConfig: { Mode: 'required' } })],
  'real-time logs': [behaviour({ RealtimeLogConfigArn: other })],
  'a continuous deployment, or is a staging distribution': [
    withDistribution({ Staging: true }),
    withDistribution({ ContinuousDeploymentPolicyId: other }),
  ],
  tenants: [withDistribution({ ConnectionMode: 'tenant-only' })],
  'ForwardedValues, the settings before cache policies': [
    behaviour({ ForwardedValues: { QueryString: true } }),
  ],
  'an origin access identity': [
    origin({ S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/E1' } }),
  ],
  'a certificate of IAM, or dedicated addresses': [
    withDistribution({ ViewerCertificate: { IamCertificateId: 'A' } }),
    withDistribution({ ViewerCertificate: { SslSupportMethod: 'vip' } }),
  ],
  'field-level encryption': [behaviour({ FieldLevelEncryptionId: other })],
  "a CAPTCHA, targeted bot control, fraud control or another vendor's rules in its web ACL": [
    rule({ GeoMatchStatement: {} }, { Action: { Captcha: {} } }),
    group({
      Name: 'AWSManagedRulesBotControlRuleSet',
      ManagedRuleGroupConfigs: [{ InspectionLevel: 'TARGETED' }],
    }),
    group({ Name: 'AWSManagedRulesATPRuleSet' }),
    group({ VendorName: 'Fortinet' }),
  ],
};

describe('the table of limits', () => {
  test.each(TIER_LIMITS)('finds $what, for the plans that refuse it only', ({ what, refusedBy }) => {
    const planted = PLANTED[what] ?? [];
    expect(planted.length).toBeGreaterThan(0);
    for (const resources of planted) {
      const found = TIERS.filter((tier) =>
        tierFaults(resources, tier).some((fault) => fault.includes(` has ${what}; `)),
      );
      expect(found).toEqual(refusedBy);
    }
  });

  test('accepts what plans accept: managed policies, rule groups of AWS, an own certificate', () => {
    const fine = [
      group({}),
      rule({ IPSetReferenceStatement: { Arn: 'x' } }),
      behaviours(4),
      withDistribution({ PriceClass: 'PriceClass_All' }),
    ];
    for (const resources of fine)
      for (const tier of PAID_TIERS) expect(tierFaults(resources, tier)).toEqual([]);
  });

  test('has a source for each row', () => {
    for (const { source, remedy } of TIER_LIMITS) {
      expect(source.length).toBeGreaterThan(10);
      expect(remedy).toMatch(/^[a-z]/);
    }
  });
});

describe('a synth for a plan', () => {
  process.env['CDK_VALIDATION'] = 'false';

  function synthesize(
    context: Readonly<Record<string, unknown>>,
    change: (distribution: cloudfront.Distribution) => void,
  ) {
    using built = builtParts();
    const { app, edge } = stacksOf({ public: 'true', ...context }, built);
    change(edge.distribution);
    return app.synth();
  }
  const addPolicy = (distribution: cloudfront.Distribution) => {
    const cachePolicy = new cloudfront.CachePolicy(distribution.stack, 'Mine');
    distribution.addBehavior('/static/*', new HttpOrigin('static.example.com'), { cachePolicy });
  };

  test('names tier, resource, place, remedy and source of a configuration that an app adds', () => {
    expect(() => synthesize({ plan: 'pro' }, addPolicy)).toThrow(
      /plan "pro" refuses the distribution: EdgeDistribution\w+ \(behaviour \/static\/\*\) has a custom cache policy; use a managed cache policy, or the plan business \(https:/,
    );
  });

  test('finds an override of the template', () => {
    const override = (distribution: cloudfront.Distribution) => {
      const { defaultChild } = distribution.node;
      if (CfnDistribution.isCfnResource(defaultChild))
        defaultChild.addPropertyOverride('DistributionConfig.Staging', true);
    };
    expect(() => synthesize({ plan: 'business' }, override)).toThrow(
      /plan "business" .* is a staging distribution/,
    );
  });

  test('accepts the same configuration for a plan that accepts it, and without a plan', () => {
    expect(() => synthesize({ plan: 'business' }, addPolicy)).not.toThrow();
    expect(() => synthesize({}, addPolicy)).not.toThrow();
  });
});

describe('the setting plan', () => {
  const aclOf = (context: object) =>
    Object.entries(edgeOf({ ...context }).findResources('AWS::WAFv2::WebACL'));

  test('gives a public deployment a web ACL without rules, which admits everyone', () => {
    const [[id, acl] = ['', undefined]] = aclOf({ public: 'true', plan: 'pro' });
    expect(acl?.['Properties']).toMatchObject({ DefaultAction: { Allow: {} }, Rules: [] });
    edgeOf({ public: 'true', plan: 'pro' }).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { WebACLId: { 'Fn::GetAtt': [id, 'Arn'] }, IPV6Enabled: true },
    });
    expect(aclOf({ public: 'true' })).toEqual([]);
  });

  test('keeps the identity of the web ACL when the viewers change, because CloudFront allows no other', () => {
    const [[open] = []] = aclOf({ public: 'true', plan: 'pro' });
    const [[closed, acl] = []] = aclOf({ allowedCidrs: '203.0.113.0/24', plan: 'pro' });
    expect(open).toBe(closed);
    expect(acl?.['Properties']).toMatchObject({
      DefaultAction: { Block: {} },
      Rules: [{ Name: 'allow-IPV4' }],
    });
    expect(acl?.['Properties']).not.toHaveProperty('Name');
  });

  test('changes nothing else of a deployment that has a web ACL', () => {
    const plain = edgeOf({ allowedCidrs: '203.0.113.0/24' }).toJSON();
    const planned = edgeOf({ allowedCidrs: '203.0.113.0/24', plan: 'pro' }).toJSON();
    expect(planned['Resources']).toEqual(plain['Resources']);
  });

  test.each(PAID_TIERS)(
    'prints the command that subscribes to %s, with distribution, web ACL and store',
    (plan) => {
      const output = edgeOf({ public: 'true', plan }).findOutputs('PlanCommand')['PlanCommand']?.['Value'];
      const text = output['Fn::Join'][1]
        .map((part: unknown) => (typeof part === 'string' ? part : `<${JSON.stringify(part)}>`))
        .join('');
      expect(text).toMatch(
        new RegExp(
          `^aws pricing-plan-manager create-subscription --region us-east-1 --plan-family CloudFront --plan-tier ${plan.toUpperCase()} --approval-mode IMMEDIATE --resource-arns .*:distribution/<.*EdgeDistribution.*> <.*GateWebAcl.*> <.*RouterStore.*>$`,
        ),
      );
      expect(edgeOf({ public: 'true' }).findOutputs('PlanCommand')).toEqual({});
    },
  );

  test('protects both stacks from deletion, because CloudFront may refuse it when the updater is gone', () => {
    using built = builtParts();
    const protectionWith = (context: object) => {
      const { edge, updater } = stacksOf({ public: 'true', ...context }, built);
      return [edge, updater].map(({ terminationProtection }) => terminationProtection);
    };
    expect(protectionWith({ plan: 'pro' })).toEqual([true, true]);
    expect(protectionWith({})).toEqual([false, false]);
  });

  test.each([
    [
      'free',
      /setting plan is "free" \(that plan has no KeyValueStore.*\), expected pro or business; for example -c plan=pro/,
    ],
    ['premium', /setting plan is "premium" \(deploy with business, and raise the plan by hand/],
    ['Gold', /setting plan is "Gold", expected pro or business/],
  ])('refuses %s with its reason', (plan, message) => {
    expect(() => settingsFromContext({ public: 'true', plan })).toThrow(message);
  });
});
