import type { DeploymentId } from '../wire/brands.ts';
import type { ClaimRule } from './claim-rules.ts';

/** What a deployment decides about names; the updater, the dry run and the router agree on it. */
export interface Settings {
  deployment: DeploymentId;
  /** `dev.example.com`; `''` is bare mode, where a name is one label behind the distribution's own domain. */
  baseDomain: string;
  /** Labels that a name may have below the base domain (a wildcard's `*` not counted). */
  depth: number;
  /** First labels that no app may claim. */
  reserved: readonly string[];
  /** Names on the viewer certificate (`*.dev.example.com` covers one label); undefined: no certificate to respect. */
  certificateNames?: readonly string[];
  /** Who may claim which names; undefined: everybody every name. */
  claims?: readonly ClaimRule[];
}

/** Labels that people expect to be ours, or that would let an app pose as us. */
export const RESERVED_LABELS = ['www', 'portal', 'proxy', 'auth', 'login'] as const;

export function completeSettings(
  given: Pick<Settings, 'deployment' | 'baseDomain'> & Partial<Settings>,
): Settings {
  return { depth: 1, reserved: RESERVED_LABELS, ...given };
}

/** What the certificate of a deployment has to cover: the base domain and one label below it. */
export function certificateNamesOf(baseDomain: string): string[] {
  return [baseDomain, `*.${baseDomain}`];
}
