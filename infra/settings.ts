import {
  type CustomDomain,
  domainOf,
  hostedZoneOf,
  originVpcsOf,
  otherAccountsOf,
  refuseUnknown,
  type Viewers,
  viewersOf,
} from './settings/rules.ts';
import { type Policy, type RETENTION_DAYS, SCHEMA } from './settings/schema.ts';
import { type Given, read } from './settings/setting.ts';
import type { OriginVpc, PortRange } from './settings/values.ts';

/** One deployment, as its cdk context or the construct's props describe it. */
export interface DeploymentSettings {
  /** Deployment id: marks our entries in the store, names the stacks. */
  owner: string;
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
  policy: Policy;
  /** JSON for the updater's variable CLAIMS; what it means is the updater's business. */
  claims?: string;
  /** Opened to CloudFront by the security groups of `originVpcs`. */
  originPorts: PortRange;
  /** In regions of this deployment, the home region included. */
  originVpcs: readonly OriginVpc[];
  createTrail: boolean;
  alarmEmail?: string;
  /** A value of CloudWatch's list, and so of the CDK's `RetentionDays`. */
  logRetentionDays: (typeof RETENTION_DAYS)[number];
}

/**
 * The settings in `given`: the cdk context (`app.node.getAllContext()`), or the construct's props.
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromContext(given: Given): DeploymentSettings {
  refuseUnknown(given);
  const homeRegion = read(given, SCHEMA.homeRegion) ?? 'us-east-1';
  const regions = read(given, SCHEMA.regions) ?? [homeRegion];
  const homeAccount = read(given, SCHEMA.homeAccount);
  const zone = hostedZoneOf(read(given, SCHEMA.hostedZoneId), read(given, SCHEMA.hostedZoneName));
  const domain = domainOf(read(given, SCHEMA.baseDomain), read(given, SCHEMA.certificateArn), zone);
  const claims = read(given, SCHEMA.claims);
  const alarmEmail = read(given, SCHEMA.alarmEmail);
  return {
    owner: read(given, SCHEMA.owner) ?? 'main',
    viewers: viewersOf(read(given, SCHEMA.allowedCidrs), read(given, SCHEMA.public) ?? false),
    ...(domain ? { domain } : {}),
    homeRegion,
    regions,
    ...(homeAccount ? { homeAccount } : {}),
    accounts: otherAccountsOf(read(given, SCHEMA.accounts) ?? [], homeAccount),
    policy: read(given, SCHEMA.policy) ?? 'sync',
    ...(claims ? { claims } : {}),
    originPorts: read(given, SCHEMA.originPorts) ?? { from: 80, to: 80 },
    originVpcs: originVpcsOf(read(given, SCHEMA.originVpcIds) ?? [], [...new Set([homeRegion, ...regions])]),
    createTrail: read(given, SCHEMA.createTrail) ?? false,
    ...(alarmEmail ? { alarmEmail } : {}),
    logRetentionDays: read(given, SCHEMA.logRetentionDays) ?? 30,
  };
}

/** What a stack of the home account has as `env`. Stacks of one account have to agree on saying it or not. */
export function environmentIn({ homeAccount }: DeploymentSettings, region: string) {
  return { region, ...(homeAccount ? { account: homeAccount } : {}) };
}
