import type { Check } from '../../check.ts';
import type { ProviderMetadata } from '../../cloud.ts';
import { type Finding, failure, ok } from '../../finding.ts';
import { requireSettings } from './settings.ts';

interface ProviderFacts {
  issuer: string;
  redirectUri: string;
  metadata: ProviderMetadata;
}

/** Is there a provider at the issuer, and does it call itself so? */
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
  if (named === issuer) return ok(`${issuer} answers, and calls itself so`);
  return named === undefined
    ? failure(
        `${issuer}/.well-known/openid-configuration answers ${status} and names no issuer, so no viewer can sign in`,
        'deploy with the right signInIssuer; the provider’s own pages show it',
      )
    : failure(
        `the provider calls itself "${named}", and the deployment expects "${issuer}", so every sign-in is refused`,
        `deploy with -c signInIssuer=${named}`,
      );
}
