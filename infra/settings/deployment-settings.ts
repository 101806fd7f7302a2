import type { Mode } from '../../core/plan/policies/mode.ts';
import {
  type CustomDomain,
  checkAccounts,
  checkOriginVpcs,
  pairDomain,
  pairHostedZone,
  refuseUnknown,
  requireViewers,
  type Viewers,
} from './rules.ts';
import { type RETENTION_DAYS, SCHEMA } from './schema.ts';
import { type Advise, asOption, asProp, type GivenSettings, readSetting, type Setting } from './setting.ts';
import type { OriginVpc, PortRange } from './values.ts';

/** One deployment, as its cdk context or the construct's props describe it. */
export interface DeploymentSettings {
  /** Deployment id: marks our entries in the store, names the stacks. */
  deployment: string;
  /** Who may come. */
  viewers: Viewers;
  /** Absent: the bare distribution domain. */
  domain?: CustomDomain;
  /** Where the updater runs. */
  homeRegion: string;
  /** Whose instances are listed. The home region need not be among them. */
  regions: readonly string[];
  /** Absent: the account of whoever deploys. Always there beside `accounts`. */
  homeAccount?: string;
  /** Other accounts whose instances are listed as well. */
  accounts: readonly string[];
  mode: Mode;
  /** JSON for the updater's variable CLAIMS, which it can read (core/settings/claim-rules.ts). */
  claims?: string;
  /** Tell apps by `X-Forwarded-Proto` that viewers come by https. */
  forwardedProto: boolean;
  /** Opened to CloudFront by the security groups of `originVpcs`. */
  originPorts: PortRange;
  /** In regions and accounts of this deployment, home included. */
  originVpcs: readonly OriginVpc[];
  createTrail: boolean;
  alarmEmail?: string;
  /** A value of CloudWatch's list, and so of the CDK's `RetentionDays`. */
  logRetentionDays: (typeof RETENTION_DAYS)[number];
  /** Percent of the allowed time. */
  utilizationLimit: number;
}

/**
 * The settings in the cdk context (`app.node.getAllContext()`).
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromContext(context: GivenSettings): DeploymentSettings {
  return buildSettings(context, asOption);
}

/**
 * The settings in the construct's props.
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromProps(props: GivenSettings): DeploymentSettings {
  return buildSettings(props, asProp);
}

function buildSettings(given: GivenSettings, advise: Advise): DeploymentSettings {
  refuseUnknown(given);
  const get = <T>(setting: Setting<T>): T | undefined => readSetting(given, setting, advise);
  const homeRegion = get(SCHEMA.homeRegion) ?? 'us-east-1';
  const regions = get(SCHEMA.regions) ?? [homeRegion];
  const homeAccount = get(SCHEMA.homeAccount);
  const accounts = checkAccounts(advise, get(SCHEMA.accounts) ?? [], homeAccount);
  const zone = pairHostedZone(advise, get(SCHEMA.hostedZoneId), get(SCHEMA.hostedZoneName));
  const domain = pairDomain(advise, get(SCHEMA.baseDomain), get(SCHEMA.certificateArn), zone);
  const claims = get(SCHEMA.claims);
  const alarmEmail = get(SCHEMA.alarmEmail);
  return {
    deployment: get(SCHEMA.deployment) ?? 'main',
    viewers: requireViewers(get(SCHEMA.allowedCidrs), get(SCHEMA.public) ?? false, advise),
    ...(domain ? { domain } : {}),
    homeRegion,
    regions,
    ...(homeAccount ? { homeAccount } : {}),
    accounts,
    mode: get(SCHEMA.mode) ?? 'sync',
    ...(claims ? { claims } : {}),
    forwardedProto: get(SCHEMA.forwardedProto) ?? true,
    originPorts: get(SCHEMA.originPorts) ?? { from: 80, to: 80 },
    originVpcs: checkOriginVpcs(get(SCHEMA.originVpcIds) ?? [], {
      regions: [...new Set([homeRegion, ...regions])],
      accounts,
    }),
    createTrail: get(SCHEMA.createTrail) ?? false,
    ...(alarmEmail ? { alarmEmail } : {}),
    logRetentionDays: get(SCHEMA.logRetentionDays) ?? 30,
    utilizationLimit: get(SCHEMA.utilizationLimit) ?? 40,
  };
}

/** CloudFront takes certificates and web ACLs from here only. */
export const EDGE_REGION = 'us-east-1';

/** What a stack of the home account has as `env`. Stacks of one account have to agree on saying it or not. */
export function stackEnvironment({ homeAccount }: DeploymentSettings, region: string) {
  return { region, ...(homeAccount ? { account: homeAccount } : {}) };
}
