import { FULL_PORTAL, type PortalSettings } from '../core/journal/portal-settings.ts';
import { DETAILS } from '../core/journal/routes-file.ts';
import { MONITORING, type Monitoring } from '../core/metrics.ts';
import { MODES, type Mode } from '../core/plan/policies/mode.ts';
import { type ClaimRule, ClaimRulesError, parseClaimRules } from '../core/settings/claim-rules.ts';
import type { SignInSettings } from '../core/settings/settings.ts';
import type { DeploymentId } from '../core/wire/brands.ts';

/** The Lambda function's environment variables, parsed. infra/updater/updater-environment.ts sets them. */
export interface Environment {
  deployment: DeploymentId;
  /** `''` in bare mode. */
  baseDomain: string;
  /** Names on the viewer certificate; if absent, hostnames are not checked against a certificate. */
  certificateNames?: readonly string[];
  keyValueStoreArn: string;
  journalBucket: string;
  siteBucket: string;
  /** The queue of the events. */
  queueUrl: string;
  /** Regions whose instances are routed. */
  regions: readonly [string, ...string[]];
  /** Endpoint of the KeyValueStore in the local cloud. */
  keyValueStoreEndpoint?: string;
  /** Address and port of the DNS server of the local cloud; Lambda's own if absent. */
  dnsServer?: string;
  /** How far the updater may change the store. */
  mode: Mode;
  /** Which metrics the updater sends. */
  monitoring: Monitoring;
  /** Rules of who may claim which names; if absent, every instance may claim every name. */
  claims?: readonly ClaimRule[];
  /** Roles in other accounts whose instances are routed as well. */
  readerRoles: readonly string[];
  /** The content of the portal's documents. */
  portal: PortalSettings;
  /** The secret behind the per-host tokens, or its ARN; if absent, no token is sent. */
  originSecret?: { value: string } | { arn: string };
  /** Present if viewers sign in at the edge. */
  signIn?: SignInEnvironment;
}

/** The variables of sign-in. */
export interface SignInEnvironment extends SignInSettings {
  /** The secret of session keys, in any region. */
  sessionSecretArn: string;
  /** The bucket of `access.json`. */
  accessBucket: string;
}

/** Thrown for a wrong environment variable: the function refuses to start. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/** @throws EnvironmentError that names the variable, its meaning and who sets it */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const need = (name: string, meaning: string) => {
    const value = variables[name];
    if (value === undefined || (value === '' && name !== 'BASE_DOMAIN')) {
      throw new EnvironmentError(
        `the environment variable ${name} is missing; it holds ${meaning}, and the updater stack sets it`,
      );
    }
    return value;
  };
  const [first, ...others] = need('REGIONS', 'the regions to route, separated by commas')
    .split(',')
    .map((region) => region.trim());
  const endpoint = variables['KVS_ENDPOINT'];
  const dnsServer = variables['DNS_SERVER'];
  const certificate = variables['CERTIFICATE_NAMES'];
  return {
    deployment: need('DEPLOYMENT', 'the id of this deployment'),
    baseDomain: need('BASE_DOMAIN', 'the base domain, or nothing in bare mode'),
    keyValueStoreArn: need('KVS_ARN', 'the ARN of the KeyValueStore'),
    journalBucket: need('JOURNAL_BUCKET', 'the name of the journal bucket'),
    siteBucket: need('SITE_BUCKET', 'the name of the bucket behind the portal'),
    queueUrl: need('QUEUE_URL', 'the URL of the queue of events'),
    regions: [first ?? '', ...others],
    ...(certificate ? { certificateNames: certificate.split(',') } : {}),
    ...(endpoint ? { keyValueStoreEndpoint: endpoint } : {}),
    ...(dnsServer ? { dnsServer } : {}),
    mode: parseChoice('UPDATER_MODE', variables['UPDATER_MODE'] || 'sync', MODES),
    monitoring: parseChoice('MONITORING', variables['MONITORING'] || 'basic', MONITORING),
    readerRoles: parseRoles(variables['READER_ROLES']),
    portal: {
      detail: parseChoice('PORTAL_DETAIL', variables['PORTAL_DETAIL'] || 'full', DETAILS),
      tags: variables['PORTAL_TAGS']?.split(',') ?? FULL_PORTAL.tags,
      principals: parseChoice('PORTAL_PRINCIPALS', variables['PORTAL_PRINCIPALS'] || 'on', SWITCH) === 'on',
    },
    ...readClaims(variables['CLAIMS']),
    ...readSecret(variables),
    ...readSignIn(variables),
  };
}

function parseChoice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === text);
  if (choice) return choice;
  throw new EnvironmentError(`the environment variable ${name} is "${text}", expected ${choices.join(', ')}`);
}

const SWITCH = ['on', 'off'] as const;

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

function parseRoles(text: string | undefined): string[] {
  const roles = (text ?? '')
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '');
  const wrong = roles.find((role) => !ROLE.test(role));
  if (wrong === undefined) return roles;
  throw new EnvironmentError(
    `the environment variable READER_ROLES holds "${wrong}", expected ARNs of IAM roles, separated by commas`,
  );
}

/** The region in an ARN. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The account in an ARN. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function readClaims(text: string | undefined): { claims?: readonly ClaimRule[] } {
  if (!text) return {};
  try {
    return { claims: parseClaimRules(text) };
  } catch (error) {
    if (!(error instanceof ClaimRulesError)) throw error;
    throw new EnvironmentError(`the environment variable CLAIMS cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

function readSecret({
  ORIGIN_SECRET: value,
  ORIGIN_SECRET_ARN: arn,
}: Readonly<Record<string, string | undefined>>) {
  if (arn) return { originSecret: { arn } };
  return value ? { originSecret: { value } } : {};
}

function readSignIn(variables: Readonly<Record<string, string | undefined>>): { signIn?: SignInEnvironment } {
  const {
    SESSION_SECRET_ARN: sessionSecretArn,
    ACCESS_BUCKET: accessBucket,
    SIGN_IN_GROUPS: groups,
  } = variables;
  if (!sessionSecretArn && !accessBucket) return {};
  if (sessionSecretArn && accessBucket)
    return { signIn: { sessionSecretArn, accessBucket, groups: groups ? groups.split(',') : [] } };
  throw new EnvironmentError(
    'the environment has only one of SESSION_SECRET_ARN and ACCESS_BUCKET; sign-in needs both, and the updater stack sets them',
  );
}
