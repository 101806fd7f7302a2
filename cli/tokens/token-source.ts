import type { TokenCounts } from '../../core/settings/token-counts.ts';

/** Versions of the secret, by the names of Secrets Manager. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** What the tokens of a deployment are made from. */
export interface TokenSource {
  secret(stage: SecretStage): Promise<string>;
  /** How often the token of each hostname was renewed. */
  counts(): Promise<TokenCounts>;
  /** Renews the tokens of some hostnames; how often each has been by then. */
  raise(hostnames: readonly string[]): Promise<TokenCounts>;
}

/** Where it comes from. */
export type OpenTokenSource = (wanted: { deployment: string; homeRegion: string }) => Promise<TokenSource>;
