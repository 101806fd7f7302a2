import * as oauth from 'oauth4webapi';
import { fetchWithin, type Sent } from '../reading/bounded-fetch.ts';
import { ProviderError } from './fault.ts';

/** The metadata of a provider after the checks of this file. */
export interface Metadata extends oauth.AuthorizationServer {
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
}

/** A metadata document or a key set has some kilobytes; an ID token with 200 groups has 20. */
const BOUNDS = { timeout: 3_000, bytes: 300_000 };

/** How the library sends requests. Without TLS only to this machine. */
export interface HttpOptions {
  [oauth.customFetch]: (url: string, sent: Sent) => Promise<Response>;
  [oauth.allowInsecureRequests]: boolean;
}

export function httpOptions(issuer: string): HttpOptions {
  return {
    [oauth.customFetch]: (url, sent) => fetchWithin(url, sent, BOUNDS),
    [oauth.allowInsecureRequests]: isOnThisMachine(issuer),
  };
}

/** Signatures that need no shared secret. `none` and HS256 are left out even if the provider announces them. */
const ALGORITHMS = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519)$/;

/**
 * Reads the metadata of an issuer, and checks them: they are of this issuer, and we can use them.
 *
 * @throws ProviderError or an error of the library
 */
export async function readMetadata(issuer: string): Promise<Metadata> {
  const url = new URL(issuer);
  const options = httpOptions(issuer);
  const response = await oauth.discoveryRequest(url, options);
  const found = await oauth.processDiscoveryResponse(url, response);
  const { id_token_signing_alg_values_supported: algorithms = ['RS256'] } = found;
  const usable = asTexts(algorithms).filter((each) => ALGORITHMS.test(each));
  if (usable.length === 0)
    throw new ProviderError('refused', 'the provider signs ID tokens with no public key');
  const protocol = isOnThisMachine(issuer) ? 'http:' : 'https:';
  const endpoint = (name: 'authorization_endpoint' | 'token_endpoint' | 'jwks_uri') => {
    const address = found[name];
    if (address === undefined || !URL.canParse(address) || new URL(address).protocol !== protocol)
      throw new ProviderError('refused', `the metadata of the provider have no usable ${name}`);
    return address;
  };
  return {
    ...found,
    authorization_endpoint: endpoint('authorization_endpoint'),
    token_endpoint: endpoint('token_endpoint'),
    jwks_uri: endpoint('jwks_uri'),
    id_token_signing_alg_values_supported: usable,
  };
}

/** A member of the metadata that should be a list of texts. */
export function asTexts(member: unknown): string[] {
  return Array.isArray(member) ? member.filter((each) => typeof each === 'string') : [];
}

/** Whether an issuer is a provider for tests on a laptop. */
function isOnThisMachine(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && /^(?:(?:.+\.)?localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
