import * as oauth from 'oauth4webapi';
import { UnavailableError } from '../reading/bounded-fetch.ts';

/**
 * Why a sign-in fails at the provider: `cancelled` by the person, `again` if the code is used or too old, `unavailable` for now,
 * `client refused` because the provider does not accept this deployment, or `refused` because its answer must not be accepted.
 */
export type FaultKind = 'cancelled' | 'again' | 'unavailable' | 'client refused' | 'refused';

/** A sign-in that the provider did not complete. The message is for the log: no code, no token, no claim. */
export class ProviderError extends Error {
  override name = 'ProviderError';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Errors in the answer to the browser (OIDC Core 3.1.2.6, RFC 6749 4.1.2.1). */
const ANSWERED: Readonly<Record<string, FaultKind>> = {
  access_denied: 'cancelled',
  consent_required: 'cancelled',
  interaction_required: 'cancelled',
  login_required: 'cancelled',
  server_error: 'unavailable',
  temporarily_unavailable: 'unavailable',
};

/** Errors in the answer to us (RFC 6749 5.2). */
const REFUSED: Readonly<Record<string, FaultKind>> = {
  invalid_grant: 'again',
  invalid_client: 'client refused',
  unauthorized_client: 'client refused',
};

/** Reads an error of the library. Its `cause` holds tokens and claims, so only its text and code are kept. */
export function faultOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof UnavailableError) return new ProviderError('unavailable', error.message);
  if (error instanceof oauth.AuthorizationResponseError)
    return new ProviderError(
      lookUp(ANSWERED, error.error, 'refused'),
      `the provider answers ${wordOf(error.error)}`,
    );
  if (error instanceof oauth.ResponseBodyError)
    return new ProviderError(
      lookUp(REFUSED, error.error, kindOfStatus(error.status)),
      `the token endpoint answers ${error.status} ${wordOf(error.error)}`,
    );
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return new ProviderError(
      'client refused',
      `the token endpoint answers ${error.status}: the client id or the client secret is probably wrong`,
    );
  if (!(error instanceof Error)) return new ProviderError('refused', 'unknown');
  const { cause } = error;
  const kind = cause instanceof Response ? kindOfStatus(cause.status) : 'refused';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return new ProviderError(kind, code + error.message);
}

function lookUp(table: Readonly<Record<string, FaultKind>>, word: string, other: FaultKind): FaultKind {
  return Object.hasOwn(table, word) ? (table[word] ?? other) : other;
}

function kindOfStatus(status: number): FaultKind {
  return status >= 500 ? 'unavailable' : 'refused';
}

/** An error code for the log. Anybody can put a text into the answer to the browser. */
function wordOf(text: string): string {
  return /^[a-z_]{1,40}$/.test(text) ? text : 'an unknown error';
}
