import {
  type Behaviour,
  behavioursOf,
  type DistributionConfig,
  distributionsIn,
  type Origin,
  type Resources,
  resourcesOf,
} from './edge-resources.ts';
import type { Tier } from './tier.ts';

/** A configuration that plans refuse. */
export interface TierLimit {
  /** The configuration, as the object of "has". */
  what: string;
  refusedBy: readonly Tier[];
  /** An order to a person. */
  remedy: string;
  /** Amazon's page, or who saw the refusal. */
  source: string;
  certainty: 'high' | 'medium';
  /** Logical ids of the resources that have it, each with the place if there are several. */
  find(resources: Resources): string[];
}

const EVERY: readonly Tier[] = ['free', 'pro', 'business'];
const BELOW_BUSINESS: readonly Tier[] = ['free', 'pro'];
const FREE: readonly Tier[] = ['free'];

const API_GUIDE =
  'https://docs.aws.amazon.com/PricingPlanManager/latest/UserGuide/getting-started-pricingplanmanager-api.html';
/** The page itself is not stored; its table is quoted by others. */
const TIER_PAGE =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html (as quoted by third parties)';
const STARTER_KIT = 'https://github.com/aws-samples/serverless-full-stack-webapp-starter-kit/issues/187';
const REFUSAL = `CloudFront's message "You're using configuration not available in this tier", quoted in public repositories`;

/** Cache behaviours of a distribution, the default one included. */
const MOST_BEHAVIOURS: Readonly<Record<Tier, number>> = { free: 5, pro: 10, business: 50 };

/**
 * The one table of what CloudFront's flat-rate plans refuse, as far as it has a source. CloudFront checks a distribution when it
 * is subscribed, before anything is billed, and at each change afterwards. Lambda@Edge is not in the table: plans accept it since
 * March 2026 and bill it separately. Of the policies, only those that a template makes are found: the id of one that was made by
 * hand looks like that of a managed one.
 */
export const TIER_LIMITS: readonly TierLimit[] = [
  {
    what: 'no web ACL',
    refusedBy: EVERY,
    remedy: 'keep the web ACL of the edge stack',
    source: API_GUIDE,
    certainty: 'high',
    find: (all) => withConfig(all, ({ WebACLId }) => WebACLId === undefined || WebACLId === ''),
  },
  {
    what: 'a function with a KeyValueStore',
    refusedBy: FREE,
    remedy: 'choose the plan pro',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) =>
      resourcesOf<{ FunctionConfig?: { KeyValueStoreAssociations?: unknown } }>(
        all,
        'AWS::CloudFront::Function',
      ).flatMap(([id, { FunctionConfig }]) => (FunctionConfig?.KeyValueStoreAssociations ? [id] : [])),
  },
  {
    what: 'a custom cache policy',
    refusedBy: BELOW_BUSINESS,
    remedy: 'use a managed cache policy, or the plan business',
    source: STARTER_KIT,
    certainty: 'high',
    find: (all) => withBehaviour(all, ({ CachePolicyId }) => isMade(CachePolicyId)),
  },
  {
    what: 'a custom origin request policy',
    refusedBy: BELOW_BUSINESS,
    remedy: 'use a managed origin request policy, or the plan business',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withBehaviour(all, ({ OriginRequestPolicyId }) => isMade(OriginRequestPolicyId)),
  },
  {
    what: 'a custom response headers policy',
    refusedBy: BELOW_BUSINESS,
    remedy: 'set the headers in a function at viewer response, or use the plan business',
    source: REFUSAL,
    certainty: 'high',
    find: (all) => withBehaviour(all, ({ ResponseHeadersPolicyId }) => isMade(ResponseHeadersPolicyId)),
  },
  ...EVERY.map((tier): TierLimit => {
    const most = MOST_BEHAVIOURS[tier];
    return {
      what: `more than ${most} cache behaviours`,
      refusedBy: [tier],
      remedy: 'remove behaviours, or use a higher plan',
      source: STARTER_KIT,
      certainty: 'high',
      find: (all) => withConfig(all, (config) => behavioursOf(config).length > most),
    };
  }),
  {
    what: 'a price class other than PriceClass_All',
    refusedBy: FREE,
    remedy: 'leave the price class out',
    source: REFUSAL,
    certainty: 'medium',
    find: (all) => withConfig(all, ({ PriceClass = 'PriceClass_All' }) => PriceClass !== 'PriceClass_All'),
  },
  {
    what: 'access logs',
    refusedBy: FREE,
    remedy: 'switch them off, or use the plan pro',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => [
      ...withConfig(all, ({ Logging }) => Logging !== undefined),
      ...resourcesOf<{ LogType?: unknown }>(all, 'AWS::Logs::DeliverySource').flatMap(([id, { LogType }]) =>
        LogType === 'ACCESS_LOGS' ? [id] : [],
      ),
    ],
  },
  {
    what: 'a rule of the web ACL that compares bytes or a regular expression',
    refusedBy: FREE,
    remedy: 'use a rule by address, or the plan pro',
    source: 'public repositories that subscribed to the plan',
    certainty: 'medium',
    find: (all) => withRule(all, /"(?:ByteMatch|RegexMatch|RegexPatternSetReference)Statement"/),
  },
  {
    what: 'a VPC origin',
    refusedBy: BELOW_BUSINESS,
    remedy: 'use an origin with a public name, or the plan business',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withOrigin(all, ({ VpcOriginConfig }) => VpcOriginConfig !== undefined),
  },
  {
    what: 'an origin group',
    refusedBy: EVERY,
    remedy: 'use one origin, or subscribe to Premium by hand',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withConfig(all, ({ OriginGroups }) => Number(OriginGroups?.Quantity ?? 0) > 0),
  },
  {
    what: 'client certificates of viewers (mTLS)',
    refusedBy: EVERY,
    remedy: 'leave them out, or subscribe to Premium by hand',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withConfig(all, ({ ViewerMtlsConfig }) => ViewerMtlsConfig !== undefined),
  },
  {
    what: 'real-time logs',
    refusedBy: EVERY,
    remedy: 'use standard access logs',
    source: API_GUIDE,
    certainty: 'high',
    find: (all) => withBehaviour(all, ({ RealtimeLogConfigArn }) => RealtimeLogConfigArn !== undefined),
  },
  {
    what: 'a continuous deployment, or is a staging distribution',
    refusedBy: EVERY,
    remedy: 'update the distribution itself',
    source: API_GUIDE,
    certainty: 'high',
    find: (all) =>
      withConfig(
        all,
        ({ Staging = false, ContinuousDeploymentPolicyId = '' }) =>
          Staging !== false || ContinuousDeploymentPolicyId !== '',
      ),
  },
  {
    what: 'tenants',
    refusedBy: EVERY,
    remedy: 'use a distribution of its own for each tenant',
    source: API_GUIDE,
    certainty: 'high',
    find: (all) => withConfig(all, ({ ConnectionMode = 'direct' }) => ConnectionMode !== 'direct'),
  },
  {
    what: 'ForwardedValues, the settings before cache policies',
    refusedBy: EVERY,
    remedy: 'use a managed cache policy and a managed origin request policy',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/pricingplanmanager/subscription/',
    certainty: 'high',
    find: (all) => withBehaviour(all, ({ ForwardedValues }) => ForwardedValues !== undefined),
  },
  {
    what: 'an origin access identity',
    refusedBy: EVERY,
    remedy: 'use origin access control',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withOrigin(all, ({ S3OriginConfig }) => Boolean(S3OriginConfig?.OriginAccessIdentity)),
  },
  {
    what: 'a certificate of IAM, or dedicated addresses',
    refusedBy: EVERY,
    remedy: 'use a certificate of ACM and SNI',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) =>
      withConfig(all, ({ ViewerCertificate: { IamCertificateId, SslSupportMethod = 'sni-only' } = {} }) =>
        Boolean(IamCertificateId || SslSupportMethod !== 'sni-only'),
      ),
  },
  {
    what: 'field-level encryption',
    refusedBy: EVERY,
    remedy: 'encrypt in the client or in the app',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) => withBehaviour(all, ({ FieldLevelEncryptionId }) => Boolean(FieldLevelEncryptionId)),
  },
  {
    what: "a CAPTCHA, targeted bot control, fraud control or another vendor's rules in its web ACL",
    refusedBy: EVERY,
    remedy: 'use a challenge, or rule groups of AWS that every plan includes',
    source: TIER_PAGE,
    certainty: 'medium',
    find: (all) =>
      withRule(
        all,
        /"Captcha":\{|"InspectionLevel":"TARGETED"|AWSManagedRules(?:ATP|ACFP)RuleSet|"VendorName":"(?!AWS")/,
      ),
  },
];

/** A reference: to a policy of this template, or of another stack. */
function isMade(id: unknown): boolean {
  return id !== undefined && typeof id !== 'string';
}

function withConfig(all: Resources, has: (config: DistributionConfig) => boolean): string[] {
  return distributionsIn(all).flatMap(([id, config]) => (has(config) ? [id] : []));
}

function withBehaviour(all: Resources, has: (behaviour: Behaviour) => boolean): string[] {
  return distributionsIn(all).flatMap(([id, config]) =>
    behavioursOf(config)
      .filter(has)
      .map(({ PathPattern = 'default' }) => `${id} (behaviour ${PathPattern})`),
  );
}

function withOrigin(all: Resources, has: (origin: Origin) => boolean): string[] {
  return withConfig(all, ({ Origins = [] }) => Origins.some(has));
}

/** Statements nest in each other without a limit, so they are searched as text. */
function withRule(all: Resources, pattern: RegExp): string[] {
  return resourcesOf<{ Rules?: unknown }>(all, 'AWS::WAFv2::WebACL').flatMap(([id, { Rules = [] }]) =>
    pattern.test(JSON.stringify(Rules)) ? [id] : [],
  );
}
