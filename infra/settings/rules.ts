import type { AccessLogs } from './access-log-settings.ts';
import type { AddressRange } from './address-range.ts';
import { SCHEMA, SETTINGS } from './schema.ts';
import { type GivenSettings, type Manner, type Setting, SettingError } from './setting.ts';
import type { SignIn } from './sign-in-settings.ts';
import type { OriginVpc } from './values.ts';

/** A Route 53 zone: all that a stack needs to add records without a look-up. */
export interface HostedZone {
  id: string;
  name: string;
}

/** A domain of the user's own: apps are its direct subdomains, the portal is at its apex. */
export interface CustomDomain {
  baseDomain: string;
  /** In us-east-1, covering the apex and the wildcard. */
  certificateArn: string;
  /** Absent: people create the records. */
  hostedZone?: HostedZone;
}

/** Every viewer, or at least one network. */
export type AdmittedViewers = 'everyone' | readonly [AddressRange, ...AddressRange[]];

/**
 * A misspelt setting must not become a default. The CDK's own keys hold a colon or slash, all but the one that
 * `cdk acknowledge` writes.
 */
export function refuseUnknown(given: GivenSettings, by: Manner): void {
  const names = [...new Set(SETTINGS.map((setting) => by.nameOf(setting)))];
  const known = ['acknowledged-issue-numbers', ...names];
  const unknown = Object.keys(given).find((key) => /^[\w-]+$/.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  throw new SettingError(`there is no ${by.word} named ${unknown}; use one of ${names.join(', ')}`);
}

/**
 * The viewers that are admitted by their address. There is no default: developers' apps must not be open to the internet by
 * accident. With sign-in every address may come, unless networks are given too.
 */
export function requireViewers(
  ranges: readonly AddressRange[] | undefined,
  everyone: boolean,
  by: Manner,
  signIn?: SignIn,
): AdmittedViewers {
  const [first, ...others] = ranges ?? [];
  const other = first === undefined ? signIn && by.nameOf(SCHEMA.signInIssuer) : 'allowedCidrs';
  if (everyone && other !== undefined) {
    throw new SettingError(
      `setting public is "true", but ${other} is given too, and the two contradict each other; leave one of them out`,
    );
  }
  if (first !== undefined) return [first, ...others];
  if (everyone || signIn !== undefined) return 'everyone';
  throw new SettingError(
    `${missing(by, SCHEMA.allowedCidrs)}: a deployment must say which viewers it admits, because developers' apps are not for the whole internet; pass ${by.advise(SCHEMA.allowedCidrs, '203.0.113.0/24')} with your networks, or ${by.advise(SCHEMA.public, 'true')} to admit everybody, or ${by.advise(SCHEMA.signInIssuer, SCHEMA.signInIssuer.example)} with its companions to admit people who sign in`,
  );
}

function missing(by: Manner, setting: Setting<unknown>): string {
  return `${by.word} ${by.nameOf(setting)} is missing`;
}

/** A domain needs its certificate, and the other way round. */
export function pairDomain(
  by: Manner,
  baseDomain?: string,
  certificateArn?: string,
  hostedZone?: HostedZone,
): CustomDomain | undefined {
  if (baseDomain === undefined) {
    if (certificateArn !== undefined) refuseWithoutDomain(by, SCHEMA.certificateArn);
    if (hostedZone !== undefined) refuseWithoutDomain(by, SCHEMA.hostedZoneId);
    return undefined;
  }
  if (certificateArn === undefined) {
    throw new SettingError(
      `${missing(by, SCHEMA.certificateArn)}, but viewers reach ${baseDomain} over https only; pass ${by.advise(SCHEMA.certificateArn, 'ARN')} of an ACM certificate in us-east-1 for ${baseDomain} and *.${baseDomain}`,
    );
  }
  if (hostedZone !== undefined && !isWithin(baseDomain, hostedZone.name)) {
    throw new SettingError(
      `${by.word} ${by.nameOf(SCHEMA.hostedZoneName)} is "${hostedZone.name}", but baseDomain ${baseDomain} is not in this zone; pass the id and name of the zone that holds ${baseDomain}`,
    );
  }
  return { baseDomain, certificateArn, ...(hostedZone ? { hostedZone } : {}) };
}

function refuseWithoutDomain(by: Manner, setting: Setting<unknown>): never {
  const name = by.nameOf(setting);
  throw new SettingError(
    `${by.word} ${name} is given, but there is no baseDomain to use it for; pass ${by.advise(SCHEMA.baseDomain, SCHEMA.baseDomain.example)} or leave ${name} out`,
  );
}

function isWithin(domain: string, zone: string): boolean {
  return domain === zone || domain.endsWith(`.${zone}`);
}

/** Both or neither: looking up the other one would need an account at synth. */
export function pairHostedZone(by: Manner, id?: string, name?: string): HostedZone | undefined {
  if (id !== undefined && name !== undefined) return { id, name };
  if (id === undefined && name === undefined) return undefined;
  const [present, value, absent] =
    id === undefined
      ? (['hostedZoneName', name, 'hostedZoneId'] as const)
      : (['hostedZoneId', id, 'hostedZoneName'] as const);
  throw new SettingError(
    `${missing(by, SCHEMA[absent])} beside ${present} "${value}", and nothing is looked up at synth; pass ${by.advise(SCHEMA[absent], SCHEMA[absent].example)} as well, or leave both out`,
  );
}

/** The roles in other accounts name the home account, whose number is not known at synth unless it is given. */
export function checkAccounts(by: Manner, accounts: readonly string[], home?: string): readonly string[] {
  if (accounts.length === 0) return accounts;
  if (home === undefined) {
    throw new SettingError(
      `${missing(by, SCHEMA.homeAccount)} beside accounts "${accounts.join(',')}", but the roles there must name the account that may use them; pass ${by.advise(SCHEMA.homeAccount, SCHEMA.homeAccount.example)} with the account that you deploy to`,
    );
  }
  if (accounts.includes(home)) {
    throw new SettingError(
      `${by.word} accounts is "${accounts.join(',')}", but ${home} is the home account, which is included anyway; leave it out`,
    );
  }
  return accounts;
}

/** A deployment without access logs cannot log addresses. */
export function checkAccessLogs(
  by: Manner,
  accessLogs: AccessLogs,
  accessLogsViewer: boolean,
): { accessLogs: AccessLogs; accessLogsViewer: boolean } {
  if (accessLogs !== 'off' || !accessLogsViewer) return { accessLogs, accessLogsViewer };
  throw new SettingError(
    `${by.word} accessLogsViewer is "true", but accessLogs is "off", so there is nothing to add addresses to; leave one of them out`,
  );
}

/** Sign-in needs hostnames that browsers keep apart. */
export function checkSignIn(by: Manner, signIn: SignIn | undefined, domain: CustomDomain | undefined): void {
  if (signIn === undefined || domain !== undefined) return;
  throw new SettingError(
    `${missing(by, SCHEMA.baseDomain)} beside sign-in: on the bare domain all apps have one origin, so a page of one app could use the session of another one; pass ${by.advise(SCHEMA.baseDomain, SCHEMA.baseDomain.example)} with its certificate, or leave sign-in out`,
  );
}

/** Where a deployment has stacks. */
export interface Places {
  regions: readonly string[];
  /** Other than the home account. */
  accounts: readonly string[];
}

/** Security groups can be made only where the deployment has a stack. */
export function checkOriginVpcs(
  by: Manner,
  vpcs: readonly OriginVpc[],
  { regions, accounts }: Places,
): readonly OriginVpc[] {
  for (const { account, region, vpcId } of vpcs) {
    const which = `${by.word} ${by.nameOf(SCHEMA.originVpcIds)} has "${account === undefined ? '' : `${account}/`}${region}/${vpcId}", but the deployment has no stack in`;
    if (!regions.includes(region)) {
      throw new SettingError(
        `${which} ${region}; use one of ${regions.join(', ')}, or add the region to regions`,
      );
    }
    if (account !== undefined && !accounts.includes(account)) {
      throw new SettingError(
        `${which} ${account}; leave the account out if it is the home account, or add it to accounts`,
      );
    }
  }
  return vpcs;
}
