import type { TokenCounts } from '../../core/settings/token-counts.ts';

/** The names of Secrets Manager for versions of a secret. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** The secret and the counts from which a deployment's tokens are derived. */
export interface TokenSource {
  secret(stage: SecretStage): Promise<string>;
  /** The number of renewals of each hostname's token. */
  counts(): Promise<TokenCounts>;
  /** Renews the tokens of some hostnames and returns the new counts. */
  raise(hostnames: readonly string[]): Promise<TokenCounts>;
}

/** Opens the token source of a deployment. */
export type OpenTokenSource = (wanted: { deployment: string; homeRegion: string }) => Promise<TokenSource>;
