import { type AddressRange, parseAddressRange } from './address-range.ts';

/** A domain of the user's own: apps are its direct subdomains, the portal is at its apex. */
export interface CustomDomain {
  baseDomain: string;
  /** In us-east-1, covering the apex and the wildcard. */
  certificateArn: string;
}

/** One deployment, as its cdk context describes it. */
export interface DeploymentSettings {
  /** Deployment id: marks our entries in the store, names the stacks. */
  owner: string;
  /** Absent: the bare distribution domain. */
  domain?: CustomDomain;
  /** Where the updater runs. */
  homeRegion: string;
  /** Whose instances are listed. */
  regions: readonly string[];
  /** Who may come. There is no default: apps of developers are not for the whole internet. */
  viewers: 'everyone' | readonly AddressRange[];
}

/** A setting is missing, unknown, contradictory or not readable. The message says which, why and what to pass. */
export class SettingError extends Error {
  override name = 'SettingError';
}

interface Setting<T> {
  /** Key in the cdk context. */
  name: string;
  meaning: string;
  expected: string;
  example: string;
  parse(text: string): T | undefined;
}

const OWNER: Setting<string> = {
  name: 'owner',
  meaning: 'Id of this deployment: marks its entries in the store and names its stacks. Default: main.',
  expected: '1–32 lower-case letters, digits and hyphens, the first a letter',
  example: 'main',
  parse: (text) => (/^[a-z][a-z0-9-]{0,31}$/.test(text) ? text : undefined),
};

const BASE_DOMAIN: Setting<string> = {
  name: 'baseDomain',
  meaning:
    'Domain under which apps get their names. Default: none, everything is on the distribution domain.',
  expected: 'a domain name without wildcard, scheme, port or trailing dot',
  example: 'dev.example.com',
  parse: (text) => (isDomain(text.toLowerCase()) ? text.toLowerCase() : undefined),
};

const CERTIFICATE_ARN: Setting<string> = {
  name: 'certificateArn',
  meaning: 'ACM certificate that covers the base domain and its wildcard. Required with baseDomain.',
  expected: 'the ARN of an ACM certificate in us-east-1, the only region CloudFront takes one from',
  example: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  parse: (text) => (/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(text) ? text : undefined),
};

const HOME_REGION: Setting<string> = {
  name: 'homeRegion',
  meaning: 'Region of the updater, its queue and its journal. Default: us-east-1.',
  expected: 'an AWS region',
  example: 'eu-west-1',
  parse: parseRegion,
};

const REGIONS: Setting<readonly string[]> = {
  name: 'regions',
  meaning: 'Regions whose instances get routes. Default: the home region.',
  expected: 'AWS regions, separated by commas',
  example: 'us-east-1,eu-west-1',
  parse: (text) => parseList(text, parseRegion),
};

const ALLOWED_CIDRS: Setting<readonly AddressRange[]> = {
  name: 'allowedCidrs',
  meaning: 'Addresses that may come; AWS WAF blocks all others. Default: nobody.',
  expected:
    'IPv4 or IPv6 ranges separated by commas, each a network address and a prefix length of at least 1 (one address: /32 or /128)',
  example: '203.0.113.0/24,2001:db8::/32',
  parse: (text) => parseList(text, parseAddressRange),
};

const PUBLIC: Setting<boolean> = {
  name: 'public',
  meaning: 'Lets everybody in. Only instead of allowedCidrs.',
  expected: 'true or false',
  example: 'true',
  parse: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
};

/** Every setting there is: the schema, and the source of its documentation. */
export const SETTINGS = [
  OWNER,
  BASE_DOMAIN,
  CERTIFICATE_ARN,
  HOME_REGION,
  REGIONS,
  ALLOWED_CIDRS,
  PUBLIC,
] as const;

/**
 * The settings in `context` (`app.node.getAllContext()`).
 *
 * @throws SettingError at the first that cannot be honoured.
 */
export function settingsFromContext(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  refuseUnknown(context);
  const homeRegion = read(context, HOME_REGION) ?? 'us-east-1';
  const domain = domainOf(read(context, BASE_DOMAIN), read(context, CERTIFICATE_ARN));
  return {
    owner: read(context, OWNER) ?? 'main',
    ...(domain ? { domain } : {}),
    homeRegion,
    regions: read(context, REGIONS) ?? [homeRegion],
    viewers: viewersOf(read(context, ALLOWED_CIDRS), read(context, PUBLIC) ?? false),
  };
}

/**
 * A misspelt setting must not become a default. The CDK's own keys hold a colon or slash, all but the one that
 * `cdk acknowledge` writes.
 */
function refuseUnknown(context: Readonly<Record<string, unknown>>): void {
  const known: string[] = ['acknowledged-issue-numbers', ...SETTINGS.map((setting) => setting.name)];
  const unknown = Object.keys(context).find((key) => /^[\w-]+$/.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  const names = SETTINGS.map((setting) => setting.name).join(', ');
  throw new SettingError(
    `setting ${unknown} is ${JSON.stringify(context[unknown])}, but there is no setting of that name; use one of ${names}`,
  );
}

/** Command lines give strings, cdk.json may give booleans and lists. An empty value is an unset variable: refused. */
function read<T>(context: Readonly<Record<string, unknown>>, setting: Setting<T>): T | undefined {
  const given = context[setting.name];
  if (given === undefined) return undefined;
  const text = Array.isArray(given) ? given.join(',') : String(given);
  const value = setting.parse(text);
  if (value !== undefined) return value;
  throw new SettingError(
    `setting ${setting.name} is "${text}", expected ${setting.expected}; for example -c ${setting.name}=${setting.example}`,
  );
}

function domainOf(baseDomain?: string, certificateArn?: string): CustomDomain | undefined {
  if (baseDomain !== undefined && certificateArn !== undefined) return { baseDomain, certificateArn };
  if (baseDomain !== undefined) {
    throw new SettingError(
      `setting certificateArn is missing, but viewers come to ${baseDomain} by https only; pass -c certificateArn=ARN of an ACM certificate in us-east-1 for ${baseDomain} and *.${baseDomain}`,
    );
  }
  if (certificateArn !== undefined) {
    throw new SettingError(
      `setting certificateArn is "${certificateArn}", but there is no baseDomain to use it for; pass -c baseDomain=${BASE_DOMAIN.example} or leave certificateArn out`,
    );
  }
  return undefined;
}

function viewersOf(
  ranges: readonly AddressRange[] | undefined,
  everyone: boolean,
): DeploymentSettings['viewers'] {
  if (!everyone) return ranges ?? [];
  if (ranges === undefined) return 'everyone';
  throw new SettingError(
    'setting public is "true" beside allowedCidrs, which would let nobody else in; leave one of them out',
  );
}

function parseRegion(text: string): string | undefined {
  return /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text) ? text : undefined;
}

function parseList<T>(text: string, parse: (item: string) => T | undefined): readonly T[] | undefined {
  const items = [...new Set(text.split(',').map((item) => item.trim()))].map(parse);
  const parsed = items.filter((item) => item !== undefined);
  return parsed.length === items.length ? parsed : undefined;
}

/** At least two labels (RFC 1035 §2.3.4), short enough for one more label in front. */
function isDomain(text: string): boolean {
  return (
    text.length <= 253 - 64 &&
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(text)
  );
}
