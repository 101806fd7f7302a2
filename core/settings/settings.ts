import type { DeploymentId } from '../wire/brands.ts';
import type { ClaimRule } from './claim-rules.ts';

/** The settings of a deployment about names. The updater, the dry run and the router share them. */
export interface Settings {
  deployment: DeploymentId;
  /** `dev.example.com`; `''` is bare mode, where a name is one label behind the distribution's own domain. */
  baseDomain: string;
  /** Labels that a name may have below the base domain (without the `*` of a wildcard). */
  depth: number;
  /** First labels that no app may claim. */
  reserved: readonly string[];
  /** Names on the viewer certificate (`*.dev.example.com` covers one label); undefined without a certificate. */
  certificateNames?: readonly string[];
  /** The rules for claiming names; undefined if anyone may claim every name. */
  claims?: readonly ClaimRule[];
  /** Present if viewers sign in at the edge. */
  signIn?: SignInSettings;
}

/** The settings of sign-in that decide about names. */
export interface SignInSettings {
  /** The groups that `proxy:access` may name: 1–32 lower-case letters, digits and inner hyphens each. */
  groups: readonly string[];
}

/** Labels that people expect to be ours, or with which an app could impersonate us. */
export const RESERVED_LABELS = ['www', 'portal', 'proxy', 'auth', 'login'] as const;

export function completeSettings(
  given: Pick<Settings, 'deployment' | 'baseDomain'> & Partial<Settings>,
): Settings {
  return { depth: 1, reserved: RESERVED_LABELS, ...given };
}

/** The names that the certificate must cover: the base domain and one label below it. */
export function certificateNamesOf(baseDomain: string): string[] {
  return [baseDomain, `*.${baseDomain}`];
}
