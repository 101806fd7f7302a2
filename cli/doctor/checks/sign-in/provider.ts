import { quoteWord } from '../../../../core/explain/names/quote-word.ts';
import type { Check } from '../../check.ts';
import type { ProviderMetadata } from '../../cloud.ts';
import { type Finding, failure, ok } from '../../finding.ts';
import { requireSettings } from './settings.ts';

interface ProviderFacts {
  issuer: string;
  redirectUri: string;
  metadata: ProviderMetadata;
}

/** Is there a provider at the issuer, and would the function accept its metadata? */
export const provider: Check<ProviderFacts> = {
  async collect(cloud, deployment) {
    const { apex, provider } = requireSettings(deployment);
    const { issuer } = provider;
    return { issuer, redirectUri: `${apex}/_proxy/api/callback`, metadata: await cloud.metadata(issuer) };
  },
  evaluate: ({ issuer, redirectUri, metadata }) => [
    evaluateMetadata(issuer, metadata),
    ok(`the provider must know exactly this redirect URI: ${redirectUri}`),
  ],
};

function evaluateMetadata(issuer: string, { status, issuer: named }: ProviderMetadata): Finding {
  if (status !== 200 || named === undefined)
    return failure(
      `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration answers ${status}${named === undefined ? ' and names no issuer' : ''}, so no viewer can sign in`,
      'deploy with the right signInIssuer; the provider’s own pages show it',
    );
  if (isSameIssuer(issuer, named))
    return ok(`${issuer} answers, and calls itself ${named === issuer ? 'so' : `${named}, the same URL`}`);
  return failure(
    `the provider calls itself "${named}", and the deployment expects "${issuer}", so every sign-in is refused`,
    `deploy with -c signInIssuer=${quoteWord(named)}`,
  );
}

/**
 * The comparison of the function's library: two spellings of one URL are the same issuer. A slash at the end counts after a path
 * (https://a/b is not https://a/b/), but not after a hostname (https://a is https://a/).
 */
function isSameIssuer(expected: string, named: string): boolean {
  return URL.canParse(named) && new URL(named).href === new URL(expected).href;
}
