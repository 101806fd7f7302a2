import { MONITORING, type Monitoring } from '../../core/metrics.ts';
import { MODES, type Mode } from '../../core/plan/policies/mode.ts';
import { ClaimRulesError, parseClaimRules } from '../../core/settings/claim-rules.ts';
import { ACCESS_LOGS, ACCESS_LOGS_VIEWER } from './access-log-settings.ts';
import { type AddressRange, parseAddressRange } from './address-range.ts';
import { ORIGIN_PORTS, ORIGIN_VPC_IDS } from './origin-settings.ts';
import { PLAN } from './plan-setting.ts';
import { PORTAL_SETTINGS } from './portal/portal-settings.ts';
import { quotedItems, type Setting } from './setting.ts';
import { SIGN_IN } from './sign-in-settings.ts';
import { compactJson, parseAccount, parseDomain, parseFlag, parseList, parseRegion } from './values.ts';

/** Days that CloudWatch Logs takes for a retention (API reference, PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const DEPLOYMENT: Setting<string> = {
  name: 'deployment',
  meaning: 'Id of this deployment. It marks the entries in the store and is part of the names of stacks.',
  usual: '`main`',
  expected: '1–32 lower-case letters, digits and hyphens, the first a letter',
  example: 'main',
  parse: (text) => (/^[a-z][a-z0-9-]{0,31}$/.test(text) ? text : undefined),
};

const ALLOWED_CIDRS: Setting<readonly AddressRange[]> = {
  name: 'allowedCidrs',
  meaning:
    'Networks whose viewers are admitted; AWS WAF blocks all others. Give this, `public`, or [sign-in](#signinissuer); this and sign-in can be combined.',
  expected:
    'IPv4 or IPv6 networks separated by commas, each a network address and a prefix length of at least 1 (one address: /32 or /128)',
  example: '203.0.113.0/24,2001:db8::/32',
  prop: { name: 'viewers', code: (text) => `Viewers.cidrs(${quotedItems(text)})` },
  parse: (text) => parseList(text, parseAddressRange),
};

const PUBLIC: Setting<boolean> = {
  name: 'public',
  meaning:
    'Admits every viewer on the internet, without signing in. Give either this, or `allowedCidrs` or sign-in.',
  usual: '`false`',
  expected: 'true or false',
  example: 'true',
  prop: { name: 'viewers', code: () => 'Viewers.everyone()' },
  parse: parseFlag,
};

const BASE_DOMAIN: Setting<string> = {
  name: 'baseDomain',
  meaning:
    "Domain under which apps get their hostnames. Without it all apps share the distribution's own domain.",
  expected: 'a domain name without wildcard, scheme, port or trailing dot',
  example: 'dev.example.com',
  parse: parseDomain,
};

const CERTIFICATE_ARN: Setting<string> = {
  name: 'certificateArn',
  meaning: 'ACM certificate that covers the base domain and its wildcard. Required with `baseDomain`.',
  expected: 'the ARN of an ACM certificate in us-east-1, the only region CloudFront takes one from',
  example: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  prop: {
    name: 'certificate',
    code: (text) => `Certificate.fromCertificateArn(this, 'Certificate', '${text}')`,
  },
  parse: (text) => (/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(text) ? text : undefined),
};

const HOSTED_ZONE_ID: Setting<string> = {
  name: 'hostedZoneId',
  meaning:
    'Route 53 zone that gets the records of the base domain and its wildcard. Required with `hostedZoneName`. Without the two you create the records yourself.',
  expected: 'the id of a public hosted zone',
  example: 'Z0123456789ABCDEFGHIJ',
  prop: { name: 'hostedZone', code: (text) => zoneCode(text, 'example.com') },
  parse: (text) => (/^Z[A-Z0-9]{1,31}$/.test(text) ? text : undefined),
};

const HOSTED_ZONE_NAME: Setting<string> = {
  name: 'hostedZoneName',
  meaning: 'Domain of that zone: the base domain or one above it. Required with `hostedZoneId`.',
  expected: 'a domain name without wildcard, scheme, port or trailing dot',
  example: 'example.com',
  prop: { name: 'hostedZone', code: (text) => zoneCode('Z0123456789ABCDEFGHIJ', text) },
  parse: parseDomain,
};

const HOME_REGION: Setting<string> = {
  name: 'homeRegion',
  meaning: 'Region of the updater, its queue and its journal.',
  usual: '`us-east-1`',
  expected: 'an AWS region',
  example: 'eu-west-1',
  parse: parseRegion,
};

const REGIONS: Setting<readonly string[]> = {
  name: 'regions',
  meaning: 'Regions whose instances get routes.',
  usual: 'the home region',
  expected: 'AWS regions, separated by commas',
  example: 'us-east-1,eu-west-1',
  prop: 'list',
  parse: (text) => parseList(text, parseRegion),
};

const HOME_ACCOUNT: Setting<string> = {
  name: 'homeAccount',
  meaning:
    'Account of this deployment. Required with `accounts`, because the roles there name it. Otherwise it is the account of the credentials that deploy.',
  expected: 'the twelve digits of an AWS account',
  example: '111122223333',
  parse: parseAccount,
};

const ACCOUNTS: Setting<readonly string[]> = {
  name: 'accounts',
  meaning:
    'Other accounts whose instances get routes too. Each gets stacks of its own, so it must be bootstrapped for the CDK and trust the account that deploys (`cdk bootstrap --trust`).',
  usual: 'none',
  expected: 'AWS account ids of twelve digits, separated by commas',
  example: '444455556666,777788889999',
  prop: 'list',
  parse: (text) => parseList(text, parseAccount),
};

const MODE: Setting<Mode> = {
  name: 'mode',
  meaning:
    'The writes that the updater may make: `sync` writes and deletes entries, `upsert-only` never deletes one, `dry-run` only records its plan in the journal.',
  usual: '`sync`',
  expected: 'sync, upsert-only or dry-run',
  example: 'dry-run',
  parse: (text) => MODES.find((mode) => mode === text),
};

const CLAIMS: Setting<string> = {
  name: 'claims',
  meaning:
    'Rules that limit the hostnames that instances may claim. `names` are patterns of names below the base domain, in which `*` stands for any characters. An instance that claims a matching name must be in one of `accounts`, `regions` and `vpcs` and carry `tag` (`team`, or `team=shop`), as far as the rule has these members. The most specific pattern decides; several rules with the same pattern are alternatives. Every instance may claim a name that matches no pattern. With sign-in, `access` = `public` lets the instances of the rule open the name to viewers who are not signed in.',
  usual: 'every instance may claim every name',
  expected: 'JSON, a list of rules',
  example: '[{"names":["shop*"],"accounts":["444455556666"]},{"names":["pay"],"tag":"team=pay"}]',
  prop: 'json',
  parse: (text) => (describeClaimsFault(text) === undefined ? compactJson(text) : undefined),
  fault: describeClaimsFault,
};

/** The updater reads the rules at its start and does not run with rules that it cannot read. */
function describeClaimsFault(text: string): string | undefined {
  try {
    parseClaimRules(text);
    return undefined;
  } catch (error) {
    if (error instanceof ClaimRulesError) return error.message;
    throw error;
  }
}

const CREATE_TRAIL: Setting<boolean> = {
  name: 'createTrail',
  meaning:
    'Creates a CloudTrail trail, for accounts that have none. Without a trail no API call is reported, so the journal does not know who launched or stopped an instance.',
  usual: '`false`',
  expected: 'true or false',
  example: 'true',
  prop: 'flag',
  parse: parseFlag,
};

const MONITORING_SETTING: Setting<Monitoring> = {
  name: 'monitoring',
  meaning:
    "Metrics and alarms: `basic` has those that a person must know of at once, and stays within CloudWatch's free tier; `full` has all. [metrics.md](../operate/metrics.md) says where `basic` shows the others.",
  usual: '`basic`',
  expected: 'basic or full',
  example: 'full',
  parse: (text) => MONITORING.find((monitoring) => monitoring === text),
};

const ALARM_EMAIL: Setting<string> = {
  name: 'alarmEmail',
  meaning:
    'Address that gets the alarms. AWS sends a mail for each region, which the owner of the address must confirm. Chat and pagers subscribe to the topics: the outputs `…TopicArn` of the stacks.',
  usual: 'none; the alarms are in the console',
  expected: 'one e-mail address',
  example: 'platform@example.com',
  parse: (text) => (/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(text) ? text : undefined),
};

const LOG_RETENTION_DAYS: Setting<(typeof RETENTION_DAYS)[number]> = {
  name: 'logRetentionDays',
  meaning: 'Days for which the logs of updater, router and publisher are kept.',
  usual: '`30`',
  expected: `a number of days that CloudWatch Logs takes (${RETENTION_DAYS.join(', ')})`,
  example: '30',
  prop: { name: 'logRetention', code: () => 'RetentionDays.ONE_MONTH' },
  parse: (text) => RETENTION_DAYS.find((days) => String(days) === text),
};

const UTILIZATION_LIMIT: Setting<number> = {
  name: 'utilizationLimit',
  meaning:
    'Share of the time that CloudFront allows a function, in percent. A new router that takes more in `TestFunction` is not published. The slowest requests at the edge take about three times as much as `TestFunction` measures, and CloudFront throttles from 71 % on.',
  usual: '`40`',
  expected: 'a whole number of percent from 1 to 100',
  example: '40',
  prop: 'number',
  parse: (text) => (/^(?:[1-9]\d?|100)$/.test(text) ? Number(text) : undefined),
};

const FORWARDED_PROTO: Setting<boolean> = {
  name: 'forwardedProto',
  meaning:
    'Sends apps the header `X-Forwarded-Proto: https`. Set it to `false` only if CloudFront refuses the header.',
  usual: '`true`',
  expected: 'true or false',
  example: 'false',
  prop: 'flag',
  parse: parseFlag,
};

function zoneCode(hostedZoneId: string, zoneName: string): string {
  return `HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: '${hostedZoneId}', zoneName: '${zoneName}' })`;
}

/** Every setting there is. */
export const SCHEMA = {
  deployment: DEPLOYMENT,
  allowedCidrs: ALLOWED_CIDRS,
  public: PUBLIC,
  plan: PLAN,
  baseDomain: BASE_DOMAIN,
  certificateArn: CERTIFICATE_ARN,
  hostedZoneId: HOSTED_ZONE_ID,
  hostedZoneName: HOSTED_ZONE_NAME,
  ...SIGN_IN,
  homeRegion: HOME_REGION,
  regions: REGIONS,
  homeAccount: HOME_ACCOUNT,
  accounts: ACCOUNTS,
  mode: MODE,
  claims: CLAIMS,
  ...PORTAL_SETTINGS,
  forwardedProto: FORWARDED_PROTO,
  originPorts: ORIGIN_PORTS,
  originVpcIds: ORIGIN_VPC_IDS,
  accessLogs: ACCESS_LOGS,
  accessLogsViewer: ACCESS_LOGS_VIEWER,
  createTrail: CREATE_TRAIL,
  monitoring: MONITORING_SETTING,
  alarmEmail: ALARM_EMAIL,
  logRetentionDays: LOG_RETENTION_DAYS,
  utilizationLimit: UTILIZATION_LIMIT,
} as const;

/** The schema as a list, in the order of the documentation. */
export const SETTINGS: readonly Setting<unknown>[] = Object.values(SCHEMA);
