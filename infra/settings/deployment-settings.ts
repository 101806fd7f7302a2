import type { PortalSettings } from '../../core/journal/portal-settings.ts';
import type { Monitoring } from '../../core/metrics.ts';
import type { Mode } from '../../core/plan/policies/mode.ts';
import type { PaidTier } from '../pricing-plan/tier.ts';
import type { AccessLogs } from './access-log-settings.ts';
import { readPortal } from './portal/portal-settings.ts';
import {
  type AdmittedViewers,
  type CustomDomain,
  checkAccessLogs,
  checkAccounts,
  checkOriginVpcs,
  checkSignIn,
  pairDomain,
  pairHostedZone,
  refuseUnknown,
  requireViewers,
} from './rules.ts';
import { type RETENTION_DAYS, SCHEMA } from './schema.ts';
import { type GivenSettings, type Manner, OPTIONS, readSetting, type Setting } from './setting.ts';
import { readSignIn, type SignIn } from './sign-in-settings.ts';
import type { OriginVpc, PortRange } from './values.ts';

/** One deployment, as its cdk context or the construct's props describe it. */
export interface DeploymentSettings {
  /** Deployment id: marks our entries in the store, names the stacks. */
  deployment: string;
  /** The viewers that are admitted by their address. */
  viewers: AdmittedViewers;
  /** Absent: viewers do not sign in. */
  signIn?: SignIn;
  /** Flat-rate plan of CloudFront. Absent: AWS bills by use. */
  plan?: PaidTier;
  /** Absent: the bare distribution domain. */
  domain?: CustomDomain;
  /** Where the updater runs. */
  homeRegion: string;
  /** Regions whose instances are listed. The home region need not be among them. */
  regions: readonly string[];
  /** Absent: the account that deploys. Always given beside `accounts`. */
  homeAccount?: string;
  /** Other accounts whose instances are listed as well. */
  accounts: readonly string[];
  mode: Mode;
  /** JSON for the updater's variable CLAIMS, checked by the updater's own parser (core/settings/claim-rules.ts). */
  claims?: string;
  /** The content of the portal's documents. */
  portal: PortalSettings;
  /** Tell apps by `X-Forwarded-Proto` that viewers come by https. */
  forwardedProto: boolean;
  /** Opened to CloudFront by the security groups of `originVpcs`. */
  originPorts: PortRange;
  /** In regions and accounts of this deployment, home included. */
  originVpcs: readonly OriginVpc[];
  accessLogs: AccessLogs;
  /** Log the viewers' addresses too. */
  accessLogsViewer: boolean;
  createTrail: boolean;
  /** Which metrics and alarms there are. */
  monitoring: Monitoring;
  alarmEmail?: string;
  /** A value of CloudWatch's list, and so of the CDK's `RetentionDays`; 9,999 is for good. */
  logRetention: (typeof RETENTION_DAYS)[number] | 9999;
  /** Percent of the allowed time. */
  utilizationLimit: number;
}

/**
 * The settings in the cdk context (`app.node.getAllContext()`).
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromContext(context: GivenSettings): DeploymentSettings {
  refuseUnknown(context, OPTIONS);
  const get = <T>(setting: Setting<T>): T | undefined => readSetting(context, setting, OPTIONS);
  const zone = pairHostedZone(OPTIONS, get(SCHEMA.hostedZoneId), get(SCHEMA.hostedZoneName));
  const domain = pairDomain(OPTIONS, get(SCHEMA.baseDomain), get(SCHEMA.certificateArn), zone);
  const signIn = readSignIn(get, OPTIONS);
  return buildSettings(get, OPTIONS, {
    viewers: requireViewers(get(SCHEMA.allowedCidrs), get(SCHEMA.public) ?? false, OPTIONS, signIn),
    ...(signIn ? { signIn } : {}),
    ...(domain ? { domain } : {}),
  });
}

/** Values that context and props give in different forms. */
type Said = Pick<DeploymentSettings, 'viewers'> &
  Partial<Pick<DeploymentSettings, 'domain' | 'signIn' | 'logRetention'>>;

/** Whether every viewer on the internet is admitted without signing in. */
export function isPublic({ viewers, signIn }: Pick<Said, 'viewers' | 'signIn'>): boolean {
  return viewers === 'everyone' && signIn === undefined;
}

/** All settings, with defaults, checked against each other. */
export function buildSettings(
  get: <T>(setting: Setting<T>) => T | undefined,
  by: Manner,
  said: Said,
): DeploymentSettings {
  checkSignIn(by, said.signIn, said.domain);
  const homeRegion = get(SCHEMA.homeRegion) ?? 'us-east-1';
  const regions = get(SCHEMA.regions) ?? [homeRegion];
  const homeAccount = get(SCHEMA.homeAccount);
  const accounts = checkAccounts(by, get(SCHEMA.accounts) ?? [], homeAccount);
  const claims = get(SCHEMA.claims);
  const alarmEmail = get(SCHEMA.alarmEmail);
  const plan = get(SCHEMA.plan);
  return {
    deployment: get(SCHEMA.deployment) ?? 'main',
    homeRegion,
    regions,
    ...(homeAccount ? { homeAccount } : {}),
    ...(plan ? { plan } : {}),
    accounts,
    mode: get(SCHEMA.mode) ?? 'sync',
    ...(claims ? { claims } : {}),
    portal: readPortal(get, by, isPublic(said)),
    forwardedProto: get(SCHEMA.forwardedProto) ?? true,
    originPorts: get(SCHEMA.originPorts) ?? { from: 80, to: 80 },
    originVpcs: checkOriginVpcs(by, get(SCHEMA.originVpcIds) ?? [], {
      regions: [...new Set([homeRegion, ...regions])],
      accounts,
    }),
    ...checkAccessLogs(by, get(SCHEMA.accessLogs) ?? 's3', get(SCHEMA.accessLogsViewer) ?? false),
    createTrail: get(SCHEMA.createTrail) ?? false,
    monitoring: get(SCHEMA.monitoring) ?? 'basic',
    ...(alarmEmail ? { alarmEmail } : {}),
    logRetention: get(SCHEMA.logRetentionDays) ?? 30,
    utilizationLimit: get(SCHEMA.utilizationLimit) ?? 40,
    ...said,
  };
}

/** CloudFront accepts certificates and web ACLs from this region only. */
export const EDGE_REGION = 'us-east-1';

/** The `env` of a stack in the home account. All stacks of one account must either name the account or leave it out. */
export function stackEnvironment({ homeAccount }: DeploymentSettings, region: string) {
  return { region, ...(homeAccount ? { account: homeAccount } : {}) };
}

/**
 * With a plan CloudFront may refuse to delete the distribution, when the updater is already gone and addresses in the store go out of
 * date. So a person must first remove the setting.
 */
export function protectionOf({ plan }: DeploymentSettings) {
  return { terminationProtection: plan !== undefined };
}
