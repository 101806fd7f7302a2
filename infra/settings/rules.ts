import type { AddressRange } from './address-range.ts';
import { SCHEMA, SETTINGS } from './schema.ts';
import { type Advise, type GivenSettings, SettingError } from './setting.ts';
import type { OriginVpc } from './values.ts';

/** A Route 53 zone, by what a stack needs to know to add records without looking it up. */
export interface HostedZone {
  id: string;
  name: string;
}

/** A domain of the user's own: apps are its direct subdomains, the portal is at its apex. */
export interface CustomDomain {
  baseDomain: string;
  /** In us-east-1, covering the apex and the wildcard. */
  certificateArn: string;
  /** Absent: the records are made by hand. */
  hostedZone?: HostedZone;
}

/** Everybody, or at least one range: apps of developers are not for the whole internet unless somebody says so. */
export type Viewers = 'everyone' | readonly [AddressRange, ...AddressRange[]];

/**
 * A misspelt setting must not become a default. The CDK's own keys hold a colon or slash, all but the one that
 * `cdk acknowledge` writes.
 */
export function refuseUnknown(given: GivenSettings): void {
  const known: string[] = ['acknowledged-issue-numbers', ...SETTINGS.map(({ name }) => name)];
  const unknown = Object.keys(given).find((key) => /^[\w-]+$/.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  const names = SETTINGS.map(({ name }) => name).join(', ');
  throw new SettingError(
    `setting ${unknown} is ${JSON.stringify(given[unknown])}, but there is no setting of that name; use one of ${names}`,
  );
}

/** Who may come. Saying nothing is refused: the open internet is no default, and a proxy for nobody is no use. */
export function requireViewers(
  ranges: readonly AddressRange[] | undefined,
  everyone: boolean,
  advise: Advise,
): Viewers {
  const [first, ...others] = ranges ?? [];
  if (everyone && first !== undefined) {
    throw new SettingError(
      'setting public is "true" beside allowedCidrs, which would let nobody else in; leave one of them out',
    );
  }
  if (everyone) return 'everyone';
  if (first !== undefined) return [first, ...others];
  throw new SettingError(
    `setting allowedCidrs is missing: developers' apps are not for the whole internet, so a deployment says who may come; pass ${advise(SCHEMA.allowedCidrs, '203.0.113.0/24')} with your networks, or ${advise(SCHEMA.public, 'true')} to let everybody in`,
  );
}

/** A domain needs its certificate, and the other way round. */
export function pairDomain(
  advise: Advise,
  baseDomain?: string,
  certificateArn?: string,
  hostedZone?: HostedZone,
): CustomDomain | undefined {
  if (baseDomain === undefined) {
    refuseWithoutDomain(advise, 'certificateArn', certificateArn);
    refuseWithoutDomain(advise, 'hostedZoneId', hostedZone?.id);
    return undefined;
  }
  if (certificateArn === undefined) {
    throw new SettingError(
      `setting certificateArn is missing, but viewers come to ${baseDomain} by https only; pass ${advise(SCHEMA.certificateArn, 'ARN')} of an ACM certificate in us-east-1 for ${baseDomain} and *.${baseDomain}`,
    );
  }
  if (hostedZone !== undefined && !isWithin(baseDomain, hostedZone.name)) {
    throw new SettingError(
      `setting hostedZoneName is "${hostedZone.name}", but baseDomain ${baseDomain} is neither that nor below it, so its records cannot be in this zone; pass the id and name of the zone that holds ${baseDomain}`,
    );
  }
  return { baseDomain, certificateArn, ...(hostedZone ? { hostedZone } : {}) };
}

function refuseWithoutDomain(advise: Advise, name: string, value: string | undefined): void {
  if (value === undefined) return;
  throw new SettingError(
    `setting ${name} is "${value}", but there is no baseDomain to use it for; pass ${advise(SCHEMA.baseDomain, SCHEMA.baseDomain.example)} or leave ${name} out`,
  );
}

function isWithin(domain: string, zone: string): boolean {
  return domain === zone || domain.endsWith(`.${zone}`);
}

/** Both or neither: a look-up of the other one would need an account at synth. */
export function pairHostedZone(advise: Advise, id?: string, name?: string): HostedZone | undefined {
  if (id !== undefined && name !== undefined) return { id, name };
  if (id === undefined && name === undefined) return undefined;
  const [present, value, missing] =
    id === undefined
      ? (['hostedZoneName', name, 'hostedZoneId'] as const)
      : (['hostedZoneId', id, 'hostedZoneName'] as const);
  throw new SettingError(
    `setting ${missing} is missing beside ${present} "${value}", and nothing is looked up at synth; pass ${advise(SCHEMA[missing], SCHEMA[missing].example)} as well, or leave both out`,
  );
}

/** Other accounts admit this one by its number, which nothing knows at synth unless somebody says it. */
export function checkAccounts(advise: Advise, accounts: readonly string[], home?: string): readonly string[] {
  if (accounts.length === 0) return accounts;
  if (home === undefined) {
    throw new SettingError(
      `setting homeAccount is missing beside accounts "${accounts.join(',')}", whose roles have to name the account that may use them; pass ${advise(SCHEMA.homeAccount, SCHEMA.homeAccount.example)} with the account that you deploy to`,
    );
  }
  if (accounts.includes(home)) {
    throw new SettingError(
      `setting accounts is "${accounts.join(',')}", but ${home} is the home account, which is listed anyway; leave it out`,
    );
  }
  return accounts;
}

/** Where a deployment has stacks. */
export interface Places {
  regions: readonly string[];
  /** Other than the home account. */
  accounts: readonly string[];
}

/** A security group for which there is no stack would never be made. */
export function checkOriginVpcs(
  vpcs: readonly OriginVpc[],
  { regions, accounts }: Places,
): readonly OriginVpc[] {
  for (const { account, region, vpcId } of vpcs) {
    const which = `setting originVpcIds has "${account === undefined ? '' : `${account}/`}${region}/${vpcId}", but the deployment has nothing in`;
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
