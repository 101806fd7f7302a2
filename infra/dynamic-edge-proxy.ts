import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { addDeployment, type BuiltParts } from './deployment.ts';
import { type DeploymentProps, settingsFromProps } from './settings/props.ts';
import { readShippedParts, routerConstants } from './shipped-parts.ts';

/** Props of {@link DynamicEdgeProxy}. */
export interface DynamicEdgeProxyProps extends DeploymentProps {
  /**
   * Other builds of router, functions and pages.
   * @default - those in this package
   */
  readonly parts?: BuiltParts;
}

/**
 * The whole proxy: launch an EC2 instance tagged `proxy:host = shop`, and the distribution serves it as `shop`.
 *
 * It makes stacks of its own, because CloudFront takes certificates and web ACLs from us-east-1 only, while the updater
 * runs near your instances. Put it into the app or a stage. Stacks of the same region and account can use its properties.
 *
 * @example
 * const proxy = new DynamicEdgeProxy(app, 'Proxy', {
 *   viewers: Viewers.cidrs('203.0.113.0/24'),
 *   homeRegion: 'eu-west-1',
 * });
 * new CfnOutput(stack, 'Url', { value: proxy.distribution.distributionDomainName });
 */
export class DynamicEdgeProxy extends Construct {
  /** In us-east-1. */
  readonly distribution: cloudfront.Distribution;
  /** The KeyValueStore of hostnames and entries, in us-east-1. Only the updater writes to it. */
  readonly store: cloudfront.KeyValueStore;
  /** The FIFO queue of events that may have changed the fleet, in the home region. */
  readonly queue: sqs.Queue;
  /** The bucket of events and decisions, in the home region. */
  readonly journal: s3.Bucket;
  /** The Lambda function that keeps the store equal to the fleet, in the home region. */
  readonly updater: lambda.Function;
  /** All stacks, the edge's first; `cdk deploy --all` knows their order. */
  readonly stacks: readonly Stack[];

  /** @throws SettingError for props that cannot be honoured */
  constructor(scope: Construct, id: string, props: DynamicEdgeProxyProps) {
    super(scope, id);
    // The templates were tested under these flags, so they apply whatever the flags of the app are.
    for (const [flag, value] of Object.entries(flags())) this.node.setContext(flag, value);
    const { parts, ...given } = props;
    const settings = settingsFromProps(given);
    const built = parts ?? readShippedParts(routerConstants(settings));
    const { edge, updater, remotes } = addDeployment(this, settings, built);
    this.distribution = edge.distribution;
    this.store = edge.store;
    this.queue = updater.queue;
    this.journal = updater.journal;
    this.updater = updater.function;
    this.stacks = [edge, updater, ...remotes];
  }
}

/** The feature flags of cdk.json, which has the same place in the repository and in the package. */
function flags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  return context;
}
