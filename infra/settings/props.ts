import { Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { Monitoring } from '../../core/metrics.ts';
import type { Mode } from '../../core/plan/policies/mode.ts';
import type { ClaimRule } from '../../core/settings/claim-rules.ts';
import type { PaidTier } from '../pricing-plan/tier.ts';
import type { AccessLogs } from './access-log-settings.ts';
import { buildSettings, type DeploymentSettings, EDGE_REGION } from './deployment-settings.ts';
import { type HostedZone, pairDomain, refuseUnknown, requireViewers } from './rules.ts';
import { SCHEMA } from './schema.ts';
import { type GivenSettings, PROPS, readSetting, type Setting, SettingError } from './setting.ts';
import { type OriginVpc, type PortRange, parseDomain } from './values.ts';
import type { Viewers } from './viewers.ts';

/** The settings of docs/use/configuration.md, for a CDK app. All but certificate and zone must be known at synth. */
export interface DeploymentProps {
  /** The viewers that are admitted: `Viewers.cidrs('203.0.113.0/24')`, `Viewers.signedIn({ … })`, or `Viewers.everyone()`. */
  readonly viewers: Viewers;
  /**
   * Id of this deployment. It marks the entries in the store and is part of the names of stacks.
   * @default 'main'
   */
  readonly deployment?: string;
  /**
   * Flat-rate plan of CloudFront that the distribution must fit.
   * @default - AWS bills by use
   */
  readonly plan?: PaidTier;
  /**
   * Domain under which apps get their hostnames. Required with `certificate`.
   * @default - the distribution's own domain
   */
  readonly baseDomain?: string;
  /**
   * Certificate in us-east-1 for the base domain and its wildcard. Required with `baseDomain`.
   * @default - the distribution's own certificate
   */
  readonly certificate?: acm.ICertificate;
  /**
   * Zone that gets the records of the base domain and its wildcard.
   * @default - you create the records yourself
   */
  readonly hostedZone?: route53.IHostedZone;
  /**
   * Region of the updater, its queue and its journal.
   * @default 'us-east-1'
   */
  readonly homeRegion?: string;
  /**
   * Regions whose instances get routes.
   * @default - the home region
   */
  readonly regions?: readonly string[];
  /**
   * Account of this deployment. Required with `accounts`.
   * @default - the account that deploys
   */
  readonly homeAccount?: string;
  /**
   * Other accounts whose instances get routes.
   * @default - none
   */
  readonly accounts?: readonly string[];
  /**
   * `sync` writes and deletes entries, `upsert-only` never deletes one, `dry-run` only records its plan.
   * @default 'sync'
   */
  readonly mode?: Mode;
  /**
   * Which instances may claim which hostnames: `[{ names: ['shop*'], accounts: ['444455556666'] }]`.
   * @default - every instance may claim every name
   */
  readonly claims?: readonly ClaimRule[];
  /**
   * What the portal tells everybody, with `Viewers.everyone()`: hostnames and states, or also instances, tags, rules, problems and history.
   * @default 'names'
   */
  readonly portal?: 'names' | 'public';
  /**
   * Tags of instances that the portal shows, besides `Name`.
   * @default ['owner', 'team']
   */
  readonly portalTags?: readonly string[];
  /**
   * Whether the portal names the callers of events.
   * @default 'on'
   */
  readonly portalPrincipals?: 'on' | 'off';
  /**
   * Sends apps the header `X-Forwarded-Proto: https`.
   * @default true
   */
  readonly forwardedProto?: boolean;
  /**
   * Ports that the security groups for instances open to CloudFront, both ends included.
   * @default { from: 80, to: 80 }
   */
  readonly originPorts?: PortRange;
  /**
   * VPCs that get two security groups which admit CloudFront only, one over IPv4 and one over IPv6.
   * @default - none
   */
  readonly originVpcs?: readonly OriginVpc[];
  /**
   * `s3` keeps a line for each request for 30 days, in a bucket of its own; `off` keeps none.
   * @default 's3'
   */
  readonly accessLogs?: AccessLogs;
  /**
   * Adds the viewer's IP address, which is personal data, to the access logs.
   * @default false
   */
  readonly accessLogsViewer?: boolean;
  /**
   * Creates a CloudTrail trail, for accounts that have none.
   * @default false
   */
  readonly createTrail?: boolean;
  /**
   * `basic` has the metrics and alarms that a person must know of at once, `full` has all.
   * @default 'basic'
   */
  readonly monitoring?: Monitoring;
  /**
   * Address that gets the alarms.
   * @default - the alarms are in the console only
   */
  readonly alarmEmail?: string;
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Percent of a function's allowed time above which a new router is not published.
   * @default 40
   */
  readonly utilizationLimit?: number;
}

/**
 * The settings in the construct's props.
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromProps(props: DeploymentProps): DeploymentSettings {
  refuseUnknown({ ...props }, PROPS);
  const given = givenFrom(props);
  const get = <T>(setting: Setting<T>): T | undefined => readSetting(given, setting, PROPS);
  const domain = pairDomain(
    PROPS,
    get(SCHEMA.baseDomain),
    certificateArnOf(props.certificate),
    hostedZoneOf(props.hostedZone),
  );
  const isKeptForGood = props.logRetention === RetentionDays.INFINITE;
  return buildSettings(get, PROPS, {
    // A JavaScript app may leave it out.
    viewers: props.viewers?.admitted ?? requireViewers(undefined, false, PROPS),
    ...(props.viewers?.signIn ? { signIn: props.viewers.signIn } : {}),
    ...(domain ? { domain } : {}),
    ...(isKeptForGood ? { logRetention: RetentionDays.INFINITE } : {}),
  });
}

/** Props as texts of a command line, so that both share the parsers and their messages. */
function givenFrom(props: DeploymentProps): GivenSettings {
  const { viewers, certificate, hostedZone, originPorts, originVpcs, logRetention, ...given } = props;
  return {
    ...given,
    ...(originPorts ? { originPorts: `${originPorts.from}-${originPorts.to}` } : {}),
    ...(originVpcs ? { originVpcIds: originVpcs.map(vpcText) } : {}),
    ...(logRetention === RetentionDays.INFINITE ? {} : { logRetentionDays: logRetention }),
  };
}

function vpcText({ account, region, vpcId }: OriginVpc): string {
  return [...(account === undefined ? [] : [account]), region, vpcId].join('/');
}

function certificateArnOf(certificate: acm.ICertificate | undefined): string | undefined {
  if (certificate === undefined) return undefined;
  const { certificateArn } = certificate;
  if (!Token.isUnresolved(certificateArn))
    return readSetting({ certificateArn }, SCHEMA.certificateArn, PROPS);
  const { region } = certificate.env;
  if (Token.isUnresolved(region) || region === EDGE_REGION) return certificateArn;
  throw new SettingError(
    `prop certificate is in ${region}, but CloudFront accepts certificates from ${EDGE_REGION} only; create it in a stack of that region`,
  );
}

function hostedZoneOf(zone: route53.IHostedZone | undefined): HostedZone | undefined {
  if (zone === undefined) return undefined;
  const name = parseDomain(zone.zoneName);
  if (name !== undefined) return { id: zone.hostedZoneId, name };
  throw new SettingError(
    `prop hostedZone has the name "${zone.zoneName}", expected a domain that is known at synth; use HostedZone.fromHostedZoneAttributes with the zone's id and name`,
  );
}
