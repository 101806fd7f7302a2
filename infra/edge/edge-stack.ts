import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { EXPENSIVE_PERCENT } from '../custom-resources/publisher/publish.ts';
import { alarmPropsOf } from '../monitoring/alarms.ts';
import { EdgeAlarms } from '../monitoring/edge-alarms.ts';
import { subscribeCommand } from '../pricing-plan/subscribe-command.ts';
import type { PaidTier } from '../pricing-plan/tier.ts';
import { enforceTier } from '../pricing-plan/tier-faults.ts';
import {
  type DeploymentSettings,
  EDGE_REGION,
  isPublic,
  protectionOf,
  stackEnvironment,
} from '../settings/deployment-settings.ts';
import { Concierge } from '../sign-in/concierge.ts';
import { AccessLogs } from '../traffic/access-logs.ts';
import { TrafficFunction } from '../traffic/traffic-function.ts';
import { DomainRecords } from './domain-records.ts';
import { EdgeDistribution } from './edge-distribution.ts';
import { HeadersFunction } from './headers-function.ts';
import { RouterFunction } from './router-function.ts';
import { StaticSite } from './site.ts';
import { SiteRouterFunction } from './site-router-function.ts';
import { ViewerGate } from './viewer-gate.ts';

/** Props of {@link EdgeStack}. */
export interface EdgeStackProps {
  settings: DeploymentSettings;
  /** The built router, made for the settings' base domain. */
  routerCode: string;
  /** The built site router. Only a deployment with sign-in uses it. */
  siteRouterCode: string | undefined;
  /** The built function that sets the headers of our own pages, made for the pages in `siteDirectory`. */
  headersCode: string;
  /** Files of the portal and the error pages; they go below `/_proxy/`. */
  siteDirectory: string;
  /** Built infra/publisher/. */
  publisherCode: lambda.Code;
  /** Built traffic/. */
  trafficCode: lambda.Code;
  /** Built edge/concierge/, which only a deployment with sign-in uses. */
  conciergeCode: () => lambda.Code;
  /** Built infra/custom-resources/concierge-gate/, which only a deployment with sign-in uses. */
  conciergeGateCode: () => lambda.Code;
}

interface EdgeParts {
  router: RouterFunction;
  /** Absent: viewers do not sign in. */
  siteRouter: SiteRouterFunction | undefined;
  headers: HeadersFunction;
  site: StaticSite;
  /** Absent: every viewer is admitted, and there is no plan. */
  gate: ViewerGate | undefined;
  /** Absent: viewers do not sign in. */
  concierge: Concierge | undefined;
}

/** Says aloud what strangers may read. */
function announcePortal(stack: Stack, settings: DeploymentSettings): void {
  if (!isPublic(settings)) return;
  const notes = Annotations.of(stack);
  if (settings.portal.detail === 'names')
    notes.addInfo(
      'everybody may open the portal, so it has hostnames and states only; for details, history and explanations use sign-in or allowedCidrs, or open them to everybody with portal=public',
    );
  else
    notes.addWarningV2(
      'dynamic-edge-proxy:public-portal',
      'portal=public: everybody may read the instances, tags, accounts, rules, problems and history of all apps, and who changed them',
    );
}

/** Everything that viewers reach: distribution, router, store, our own pages, and the gate for viewers. */
export class EdgeStack extends Stack {
  readonly distribution: cloudfront.Distribution;
  readonly store: cloudfront.KeyValueStore;
  readonly siteBucketName: string;
  readonly routerFunctionName: string;
  /** Absent: viewers do not sign in. */
  readonly siteRouterFunctionName?: string;
  /** Absent: viewers do not sign in. */
  readonly concierge?: Concierge;

  constructor(scope: Construct, id: string, { settings, ...parts }: EdgeStackProps) {
    super(scope, id, {
      stackName: id,
      env: stackEnvironment(settings, EDGE_REGION),
      ...protectionOf(settings),
      description: `dynamic-edge-proxy ${settings.deployment}: distribution, router, route store, portal`,
    });
    const { deployment, logRetention, utilizationLimit } = settings;
    const published = { deployment, logRetention, utilizationLimit, publisher: parts.publisherCode };
    const router = new RouterFunction(this, 'Router', {
      ...published,
      code: parts.routerCode,
      baseDomain: settings.domain?.baseDomain ?? '',
      signIn: settings.signIn !== undefined,
    });
    const siteRouter =
      settings.signIn &&
      new SiteRouterFunction(this, 'SignInRouter', {
        ...published,
        code: parts.siteRouterCode,
        baseDomain: settings.domain?.baseDomain ?? '',
        store: router.store,
      });
    // From now on the router refuses our own paths, until the distribution gives them to the other one.
    if (siteRouter) router.gate.node.addDependency(siteRouter.gate);
    const site = new StaticSite(this, 'Site', parts.siteDirectory, settings.signIn !== undefined);
    const { scriptHash } = site;
    const headers = new HeadersFunction(this, 'Headers', {
      ...published,
      code: parts.headersCode,
      scriptHash,
    });
    const { viewers, plan, signIn } = settings;
    const gate =
      viewers === 'everyone' && !plan && !signIn
        ? undefined
        : new ViewerGate(this, 'Gate', viewers, signIn !== undefined);
    const concierge = this.addConcierge(settings, parts);
    if (concierge) {
      this.concierge = concierge;
      // A router that sends viewers to sign in before they can would lock them out.
      router.gate.node.addDependency(concierge.gate);
    }
    this.distribution = this.distribute(settings, { router, siteRouter, headers, site, gate, concierge });
    const { functionName } = router.function;
    const { distributionId } = this.distribution;
    new EdgeAlarms(this, 'Alarms', {
      ...{ ...alarmPropsOf(settings), functionName },
      ...(siteRouter ? { signIn: { distributionId, siteRouterName: siteRouter.function.functionName } } : {}),
    });
    this.routerFunctionName = functionName;
    if (siteRouter) this.siteRouterFunctionName = siteRouter.function.functionName;
    this.store = router.store;
    this.siteBucketName = site.bucket.bucketName;
    if (settings.accessLogs !== 'off') this.addAccessLogs(settings, site, parts.trafficCode);
    announcePortal(this, settings);
    this.addOutputs(router.gate.utilization);
    if (plan && gate) this.addPlan(plan, gate);
  }

  /** The distribution with its records. */
  private distribute(
    { deployment, viewers, domain, forwardedProto, accessLogs, portal }: DeploymentSettings,
    { router, siteRouter, headers, site, gate, concierge }: EdgeParts,
  ): cloudfront.Distribution {
    // Browsers prefer IPv6. A viewer who is admitted by IPv4 address only would be blocked.
    const ipv6 = viewers === 'everyone' || viewers.some((range) => range.family === 'IPV6');
    const { distribution } = new EdgeDistribution(this, 'Edge', {
      router: router.association,
      ...(siteRouter ? { siteRouter: siteRouter.association } : {}),
      headers: headers.association,
      siteBucket: site.bucket,
      ...{ forwardedProto, ipv6, accessLogs },
      hidesDetails: portal.detail === 'names',
      comment: `dynamic-edge-proxy ${deployment}`,
      ...(gate ? { webAclArn: gate.webAclArn } : {}),
      ...(concierge ? { concierge: concierge.behavior } : {}),
      ...(domain ? { domain } : {}),
    });
    // CloudFront associates published functions only, and we associate proven ones only.
    distribution.node.addDependency(
      ...[router, headers, siteRouter, concierge?.gate].filter((each) => each !== undefined),
    );
    if (domain?.hostedZone) {
      const { baseDomain, hostedZone: zone } = domain;
      new DomainRecords(this, 'Records', { zone, baseDomain, distribution, ipv6 });
    }
    return distribution;
  }

  /** The function that signs viewers in. The settings refuse sign-in without a domain. */
  private addConcierge(
    { deployment, signIn, domain, logRetention }: DeploymentSettings,
    { conciergeCode, conciergeGateCode }: Pick<EdgeStackProps, 'conciergeCode' | 'conciergeGateCode'>,
  ): Concierge | undefined {
    if (signIn === undefined || domain === undefined) return undefined;
    const { baseDomain } = domain;
    const concierge = new Concierge(this, 'SignIn', {
      ...{ deployment, signIn, baseDomain, logRetention },
      code: conciergeCode(),
      gateCode: conciergeGateCode(),
    });
    new CfnOutput(this, 'ConciergeFunctionName', {
      value: concierge.functionName,
      description: 'Function that signs viewers in; its copies log in the regions of the viewers',
    });
    new CfnOutput(this, 'SessionSecretArn', {
      value: concierge.sessionSecretArn,
      description: 'Secret from which the keys of sessions are derived',
    });
    return concierge;
  }

  /** Access logs, and the function that counts them. */
  private addAccessLogs(
    { deployment, accessLogsViewer, logRetention }: DeploymentSettings,
    site: StaticSite,
    code: lambda.Code,
  ): void {
    const { distribution } = this;
    const { bucket } = new AccessLogs(this, 'AccessLogs', {
      ...{ deployment, distribution },
      viewerAddress: accessLogsViewer,
    });
    new TrafficFunction(this, 'Traffic', {
      ...{ deployment, bucket, code, logRetention },
      site: site.bucket,
    });
    new CfnOutput(this, 'AccessLogBucketName', {
      value: bucket.bucketName,
      description: 'Bucket of the access logs and of the traffic by day',
    });
  }

  /** CloudFormation cannot approve a paid plan, so a person subscribes with one command. */
  private addPlan(tier: PaidTier, gate: ViewerGate): void {
    enforceTier(this, tier);
    const resourceArns = [this.distribution.distributionArn, gate.webAclArn, this.store.keyValueStoreArn];
    new CfnOutput(this, 'PlanCommand', {
      value: subscribeCommand(tier, resourceArns),
      description: `Subscribes the distribution to CloudFront's plan ${tier} and begins its billing`,
    });
  }

  private addOutputs(utilization: string): void {
    new CfnOutput(this, 'RouterUtilization', {
      value: utilization,
      description: `Share of CloudFront's time limit that the router takes, measured by CloudFront; above ${EXPENSIVE_PERCENT} % it needs attention`,
    });
    new CfnOutput(this, 'DistributionDomainName', {
      value: this.distribution.distributionDomainName,
      description: 'Domain of the portal; records of the base domain and its wildcard point to it',
    });
  }
}
