import * as oauth from 'oauth4webapi';
import type { ProviderSettings } from '../../../core/settings/concierge-settings.ts';
import { toSeconds } from '../../../core/time.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { kept } from '../reading/kept.ts';
import { faultOf, ProviderError } from './fault.ts';
import { asTexts, type HttpOptions, httpOptions, type Metadata, readMetadata } from './metadata.ts';
import { addClaims, lacksClaim, type Person, type PersonFault, readPerson } from './person.ts';

/** The values that bind one sign-in to one browser. */
export interface SignInProof {
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
}

/** An OpenID Connect provider, by code flow with PKCE. */
export interface Provider {
  /**
   * The address at which a person signs in.
   *
   * @param asks whether the provider asks for the account even if the person is signed in there
   * @throws ProviderError
   */
  signInAddress(proof: SignInProof, asks: boolean): Promise<string>;
  /**
   * Takes the provider's answer to the browser, and reads the person behind its code.
   *
   * @throws ProviderError
   */
  finish(answer: URLSearchParams, proof: SignInProof): Promise<Person | PersonFault>;
}

/** Clocks may differ by a minute. */
const LEEWAY = 60;

const HOUR: Milliseconds = 3_600_000;

interface ProviderParts {
  settings: ProviderSettings;
  /** The one redirect URI of the deployment, on the base domain. */
  redirectUri: string;
  readClientSecret: () => Promise<string>;
  now: () => Milliseconds;
}

/**
 * Metadata are kept for an hour, and for a day while the provider does not answer; its keys for five minutes by the library, which
 * also asks for a key that it does not know.
 */
export function createProvider({ settings, redirectUri, readClientSecret, now }: ProviderParts): Provider {
  const { issuer, clientId } = settings;
  const metadata = kept(() => readMetadata(issuer), { fresh: HOUR, stale: 24 * HOUR, now });
  const signInAddress: Provider['signInAddress'] = async ({ state, nonce, verifier }, asks) => {
    const found = await metadata();
    // An address may come with parameters of its own, so each of ours replaces one.
    const address = new URL(found.authorization_endpoint);
    const parameters = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      response_mode: 'query',
      scope: scopeFor(settings, found),
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(asks ? { prompt: promptFor(found) } : {}),
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return address.href;
  };
  const finish: Provider['finish'] = async (answer, { state, nonce, verifier }) => {
    const found = await metadata();
    const at = toSeconds(now());
    const client: oauth.Client = {
      client_id: clientId,
      [oauth.clockSkew]: at - toSeconds(Date.now()),
      [oauth.clockTolerance]: LEEWAY,
    };
    const options = httpOptions(issuer);
    const parameters = oauth.validateAuthResponse(found, client, answer, state);
    const secret = authenticationFor(found, await readClientSecret());
    const response = await oauth.authorizationCodeGrantRequest(
      ...([found, client, secret, parameters, redirectUri, verifier, options] as const),
    );
    const expected = { expectedNonce: nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(found, client, response, expected);
    // The library leaves it out, because TLS to the token endpoint would do. We check it all the same.
    await oauth.validateApplicationLevelSignature(found, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (claims === undefined) throw new ProviderError('refused', 'the answer has no ID token');
    if (claims.iat > at + LEEWAY) throw new ProviderError('refused', 'the ID token is from the future');
    if (!lacksClaim(claims, settings) || found.userinfo_endpoint === undefined)
      return readPerson(claims, settings);
    const told = await readUserInfo(found, client, tokens.access_token, claims.sub, options);
    return readPerson(addClaims(claims, told), settings);
  };
  return {
    signInAddress: (...given) => signInAddress(...given).catch(rethrow),
    finish: (...given) => finish(...given).catch(rethrow),
  };
}

/** The claims that the provider tells for an access token. The library compares the subjects. */
async function readUserInfo(
  found: Metadata,
  client: oauth.Client,
  token: string,
  subject: string,
  options: HttpOptions,
): Promise<oauth.UserInfoResponse> {
  const response = await oauth.userInfoRequest(found, client, token, options);
  if (response.status !== 200)
    throw new ProviderError(
      response.status >= 500 ? 'unavailable' : 'refused',
      `the UserInfo endpoint answers ${response.status}`,
    );
  return await oauth.processUserInfoResponse(found, client, subject, response);
}

function rethrow(error: unknown): never {
  throw faultOf(error);
}

/** The scopes that the claims need. No `offline_access`: we keep no token. */
function scopeFor({ userClaim, groupsClaim }: ProviderSettings, { scopes_supported }: Metadata): string {
  const scopes = ['openid', userClaim === 'email' ? 'email' : 'email profile'];
  // Okta sends groups for this scope only; others refuse a scope that they do not know.
  if (groupsClaim !== '' && asTexts(scopes_supported).includes('groups')) scopes.push('groups');
  return scopes.join(' ');
}

/** OIDC Core 15.1 demands `login` of all providers. Google has `select_account` in its place. */
function promptFor({ issuer, prompt_values_supported }: Metadata): string {
  const known = asTexts(prompt_values_supported);
  const hasLogin = known.length === 0 ? issuer !== 'https://accounts.google.com' : known.includes('login');
  return hasLogin ? 'login' : 'select_account';
}

/** How the client proves itself: by the header unless the metadata name only the body (OIDC Discovery 3). */
function authenticationFor(found: Metadata, secret: string): oauth.ClientAuth {
  const methods = asTexts(found.token_endpoint_auth_methods_supported);
  if (methods.length === 0 || methods.includes('client_secret_basic')) return oauth.ClientSecretBasic(secret);
  if (methods.includes('client_secret_post')) return oauth.ClientSecretPost(secret);
  throw new ProviderError('refused', `the provider takes no client secret, only ${methods.join(', ')}`);
}
