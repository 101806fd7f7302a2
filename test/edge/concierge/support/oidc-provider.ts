import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Account } from 'oidc-provider';

/** The accounts of the provider, by subject. */
const ACCOUNTS: Readonly<Record<string, Record<string, unknown>>> = {
  alice: { email: 'alice@example.com', email_verified: true, groups: ['the developers'] },
  bob: { email: 'bob@example.com', email_verified: true, groups: [] },
  // A text, as some providers write it.
  mallory: { email: 'mallory@example.com', email_verified: 'true', groups: ['the developers'] },
  // Confirmed, but with a letter that no header may have.
  ursula: { email: 'ürsula@example.com', email_verified: true, groups: [] },
};

export const CLIENT = { id: 'proxy', secret: 'a-secret-of-the-client' };

/** A real provider on this machine. Its page for signing in takes the person of `next` without a click. */
export class RealProvider {
  /** The account that signs in next; undefined for a person who clicks on "Cancel". */
  next: string | undefined = 'alice';
  /** How often the page for signing in has been shown. */
  shown = 0;
  #issuer = '';
  readonly #server = createServer();

  /** @param isThin whether the claims are at the UserInfo endpoint only, as Okta's groups are, and not in the ID token */
  async start(redirectUri: string, { isThin = false } = {}): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const provider = new Provider(this.#issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      scopes: ['openid', 'email', 'groups'],
      conformIdTokenClaims: isThin,
      pkce: { required: () => true },
      cookies: { keys: ['of the test'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub): Account => ({ accountId: sub, claims: async () => ({ sub, ...ACCOUNTS[sub] }) }),
      loadExistingGrant: async ({ oidc }) => {
        const { client, session } = oidc;
        if (client === undefined || session?.accountId === undefined) return undefined;
        const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope('openid email groups');
        await grant.save();
        return grant;
      },
      renderError: (ctx, out) => {
        ctx.type = 'text/plain';
        ctx.body = `the provider refuses: ${out.error} ${out.error_description ?? ''}`;
      },
    });
    const rest = provider.callback();
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith('/interaction/')) void this.#signIn(provider, request, response);
      else rest(request, response);
    });
    return this;
  }

  get issuer(): string {
    return this.#issuer;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.shown += 1;
    const result = this.next === undefined ? { error: 'access_denied' } : { login: { accountId: this.next } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
}
