import { readFileSync } from 'node:fs';
import { type Stack, Token } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Mode } from '../core/plan/policies/mode.ts';
import { addDeployment, type BuiltParts } from './deployment.ts';
import { type DeploymentSettings, settingsFromProps } from './settings/deployment-settings.ts';
import { type RETENTION_DAYS, SCHEMA } from './settings/schema.ts';
import { readShippedParts } from './shipped-parts.ts';

/**
 * The settings of docs/use/configuration.md, by the same names. One of `allowedCidrs` and `public` has to be there.
 *
 * `certificateArn` and `hostedZoneId` may be tokens, of a certificate or zone that your app makes; all other values have to
 * be known at synth.
 */
export interface DynamicEdgeProxyProps {
  /** Addresses that may come, IPv4 or IPv6: `['203.0.113.0/24']`. AWS WAF blocks all others. */
  readonly allowedCidrs?: readonly string[];
  /** Lets everybody in. Only instead of `allowedCidrs`. */
  readonly public?: boolean;
  /** Id of this deployment: marks its entries, names its stacks. Default: `main`. */
  readonly deployment?: string;
  /** Domain under which apps get their names. Default: the distribution's own. */
  readonly baseDomain?: string;
  /** ACM certificate in us-east-1 for the base domain and its wildcard. Required with `baseDomain`. */
  readonly certificateArn?: string;
  /** Route 53 zone that gets the records. Required with `hostedZoneName`. Default: you make them. */
  readonly hostedZoneId?: string;
  /** Domain of that zone. Required with `hostedZoneId`. */
  readonly hostedZoneName?: string;
  /** Region of the updater. Default: us-east-1. */
  readonly homeRegion?: string;
  /** Regions whose instances get routes. Default: the home region. */
  readonly regions?: readonly string[];
  /** Account of this deployment. Required with `accounts`. */
  readonly homeAccount?: string;
  /** Other accounts whose instances get routes. */
  readonly accounts?: readonly string[];
  /** What the updater may do. Default: `sync`. */
  readonly mode?: Mode;
  /** Who may claim which names: the rules of docs/use/configuration.md, `[{ names: 'shop*', accounts: ['444455556666'] }]`. */
  readonly claims?: readonly object[];
  /** Tells apps by `X-Forwarded-Proto: https` how viewers come. Default: true. */
  readonly forwardedProto?: boolean;
  /** Ports that the security groups for instances open: `'80'` or `'3000-3999'`. Default: 80. */
  readonly originPorts?: string;
  /** VPCs that get such a security group: `['eu-west-1/vpc-0123456789abcdef0']`, the account before it if it is another. */
  readonly originVpcIds?: readonly string[];
  /** Creates a CloudTrail trail. Default: false. */
  readonly createTrail?: boolean;
  /** Gets the alarms. */
  readonly alarmEmail?: string;
  /** Days that logs are kept, as CloudWatch Logs takes them. Default: 30. */
  readonly logRetentionDays?: (typeof RETENTION_DAYS)[number];
  /** Percent of a function's allowed time above which a new router is not published. Default: 40. */
  readonly utilizationLimit?: number;
  /** Other builds of router, functions and pages than those in this package. */
  readonly parts?: BuiltParts;
}

/**
 * The whole proxy: launch an EC2 instance tagged `proxy:host = shop`, and the distribution serves it as `shop`.
 *
 * It makes stacks of its own, because CloudFront takes certificates, web ACLs and their like from us-east-1 only,
 * while the updater runs where your instances are. Put it into the app or a stage; what it exposes can be used in other stacks
 * of the same region and account.
 *
 * @example
 * const proxy = new DynamicEdgeProxy(app, 'Proxy', { allowedCidrs: ['203.0.113.0/24'], homeRegion: 'eu-west-1' });
 * new CfnOutput(stack, 'Url', { value: proxy.distribution.distributionDomainName });
 */
export class DynamicEdgeProxy extends Construct {
  /** In us-east-1. */
  readonly distribution: cloudfront.Distribution;
  /** The KeyValueStore of hostnames and entries, in us-east-1. Writing to it is the updater's business. */
  readonly store: cloudfront.KeyValueStore;
  /** The FIFO queue of everything that may have changed the fleet, in the home region. */
  readonly queue: sqs.Queue;
  /** The bucket of events and decisions, in the home region. */
  readonly journal: s3.Bucket;
  /** The Lambda function that makes the store equal to the fleet, in the home region. */
  readonly updater: lambda.Function;
  /** All stacks, the edge's first; `cdk deploy --all` knows their order. */
  readonly stacks: readonly Stack[];

  /** @throws SettingError for props that cannot be honoured */
  constructor(scope: Construct, id: string, props: DynamicEdgeProxyProps) {
    super(scope, id);
    // The templates that were tested are those under these flags, whatever the flags of the app around them are.
    for (const [flag, value] of Object.entries(flags())) this.node.setContext(flag, value);
    const { parts, ...given } = props;
    const settings = withTokens(settingsFromProps({ ...given, ...standIns(given) }), given);
    const built = parts ?? readShippedParts(settings.domain?.baseDomain ?? '');
    const { edge, updater, remotes } = addDeployment(this, settings, built);
    this.distribution = edge.distribution;
    this.store = edge.store;
    this.queue = updater.queue;
    this.journal = updater.journal;
    this.updater = updater.function;
    this.stacks = [edge, updater, ...remotes];
  }
}

/** The feature flags of cdk.json, which lies in the same place in the repository and in the package. */
function flags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  return context;
}

type Given = Omit<DynamicEdgeProxyProps, 'parts'>;

/** What cannot be read at synth is taken to be right: it comes from a construct. */
function standIns({ certificateArn, hostedZoneId }: Given) {
  return {
    ...(Token.isUnresolved(certificateArn) ? { certificateArn: SCHEMA.certificateArn.example } : {}),
    ...(Token.isUnresolved(hostedZoneId) ? { hostedZoneId: SCHEMA.hostedZoneId.example } : {}),
  };
}

function withTokens(settings: DeploymentSettings, { certificateArn, hostedZoneId }: Given) {
  const { domain } = settings;
  if (domain === undefined) return settings;
  const zone = domain.hostedZone;
  return {
    ...settings,
    domain: {
      ...domain,
      certificateArn: certificateArn ?? domain.certificateArn,
      ...(zone ? { hostedZone: { ...zone, id: hostedZoneId ?? zone.id } } : {}),
    },
  };
}
