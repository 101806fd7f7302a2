import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ProviderSettings } from '../../../../core/settings/concierge-settings.ts';
import { ProviderError } from '../../../../edge/concierge/provider/fault.ts';
import { createProvider } from '../../../../edge/concierge/provider/provider.ts';

export const NOW = 1_795_000_000;
export const PROOF = { state: 'the-state', nonce: 'the-nonce', verifier: 'v'.repeat(43) };

/** An answer of the provider: JSON, or a function that writes anything. */
type Reply = { status?: number; json: unknown } | ((response: ServerResponse) => void);

/** The parts in which a provider can be wrong. */
export interface Faults {
  metadata?: Record<string, unknown>;
  metadataReply?: Reply;
  keys?: Reply;
  token?: Reply;
  claims?: Record<string, unknown>;
  /** The answer of the UserInfo endpoint, which the metadata name only then. */
  userInfo?: Reply;
  /** Makes the ID token in place of the provider's own key. */
  idToken?: (claims: Record<string, unknown>) => string | Promise<string>;
}

const { privateKey, publicKey } = await generateKeyPair('RS256');
export const PUBLIC_JWK = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };

/** Signs claims as the provider does. */
export function signed(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(privateKey, { crit: { strange: false } });
}

/** A provider that does exactly what a test says. */
export class FakeProvider {
  faults: Faults = {};
  /** The requests, as `POST /token`, with the header and the body by which the client proved itself. */
  readonly asked: { line: string; authorization: string; body: string }[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  reset(): void {
    this.faults = {};
    this.asked.length = 0;
  }

  settings(change: Partial<ProviderSettings> = {}): ProviderSettings {
    return {
      issuer: this.issuer,
      clientId: 'proxy',
      clientSecretArn: '',
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: new Map([['devs', 'the developers']]),
      ...change,
    };
  }

  /** A client of ours with an empty memory. */
  client(change: Partial<ProviderSettings> = {}) {
    return createProvider({
      settings: this.settings(change),
      redirectUri: 'https://dev.example.com/_proxy/api/callback',
      readClientSecret: async () => 'a secret: with/signs',
      now: () => NOW * 1_000,
    });
  }

  /** Finishes a sign-in with an answer that has a code and the right state. */
  finish(change: Partial<ProviderSettings> = {}, answer: Record<string, string> = {}) {
    const parameters = { code: 'the-code', state: PROOF.state, ...answer };
    return this.client(change).finish(new URLSearchParams(parameters), PROOF);
  }

  /** The kind and the reason of the fault in which a sign-in ends. */
  async faultOf(faults: Faults, answer: Record<string, string> = {}): Promise<string> {
    this.faults = faults;
    try {
      const person = await this.finish({}, answer);
      return `no fault: ${JSON.stringify(person)}`;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return `${error.kind}: ${error.message}`;
    }
  }

  claims(): Record<string, unknown> {
    return {
      iss: this.issuer,
      aud: 'proxy',
      sub: 'alice',
      nonce: PROOF.nonce,
      iat: NOW,
      exp: NOW + 300,
      email: 'Alice@Example.com',
      email_verified: true,
      ...this.faults.claims,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.issuer);
    const { authorization = '' } = request.headers;
    this.asked.push({ line: `${request.method} ${pathname}`, authorization, body: await text(request) });
    const reply = await this.#replyTo(pathname);
    if (typeof reply === 'function') return reply(response);
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.json));
  }

  async #replyTo(path: string): Promise<Reply> {
    const { faults, issuer } = this;
    switch (path) {
      case '/.well-known/openid-configuration': {
        const metadata = {
          issuer,
          authorization_endpoint: `${issuer}/authorize?audience=api&scope=old`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
          ...(faults.userInfo ? { userinfo_endpoint: `${issuer}/userinfo` } : {}),
          ...faults.metadata,
        };
        return faults.metadataReply ?? { json: metadata };
      }
      case '/keys':
        return faults.keys ?? { json: { keys: [PUBLIC_JWK] } };
      case '/token': {
        if (faults.token !== undefined) return faults.token;
        const idToken = await (faults.idToken ?? signed)(this.claims());
        return { json: { access_token: 'a', token_type: 'Bearer', id_token: idToken } };
      }
      case '/userinfo':
        return faults.userInfo ?? { status: 404, json: {} };
      default:
        return { status: 404, json: {} };
    }
  }
}
