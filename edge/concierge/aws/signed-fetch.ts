import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { fetchWithin, type Sent } from '../reading/bounded-fetch.ts';

/** A call of an AWS service. */
export interface AwsCall {
  service: 's3' | 'secretsmanager';
  region: string;
  /** Of the service in the region, unless a variable such as `AWS_ENDPOINT_URL_S3` names another endpoint, as for the SDK. */
  host: string;
  /** Begins with a slash, with escapes. */
  path: string;
  method: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** How long a call may take. */
export interface Patience {
  /** For one attempt. */
  timeout: Milliseconds;
  isRepeated: boolean;
}

/** Two round trips and TLS between continents take up to a second. */
const USUAL: Patience = { timeout: 2_000, isRepeated: true };

const MOST_BYTES = 8_000_000;

/**
 * Signs a call with the credentials of this environment, sends it, and repeats it once if the service does not answer. The AWS SDK
 * would do the same with 475 kB more code, and 90 ms more for each new environment (docs/decisions/0410).
 *
 * @throws UnavailableError
 */
export async function fetchSigned(
  call: AwsCall,
  environment: NodeJS.ProcessEnv,
  { timeout, isRepeated }: Patience = USUAL,
): Promise<Response> {
  const { url, sent } = await sign(call, environment);
  const attempt = () => fetchWithin(url, sent, { timeout, bytes: MOST_BYTES });
  const first = isRepeated ? await attempt().catch(() => undefined) : undefined;
  return first !== undefined && first.status < 500 ? first : await attempt();
}

async function sign(call: AwsCall, environment: NodeJS.ProcessEnv): Promise<{ url: string; sent: Sent }> {
  const { service, region, method, path, body = '' } = call;
  const endpoint = new URL(endpointOf(call, environment));
  const signer = new SignatureV4({
    service,
    region,
    credentials: credentialsOf(environment),
    sha256: Sha256,
    // S3 alone signs a path as it is sent.
    uriEscapePath: service !== 's3',
  });
  const { headers } = await signer.sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    query: {},
    headers: { ...call.headers, host: endpoint.host },
    body,
  });
  // fetch sets the host by itself.
  const { host: _host, ...rest } = headers;
  const sent = { method, headers: rest, ...(method === 'POST' ? { body } : {}) };
  return { url: endpoint.origin + path, sent };
}

function endpointOf({ service, host }: AwsCall, environment: NodeJS.ProcessEnv): string {
  const name = service === 's3' ? 'S3' : 'SECRETS_MANAGER';
  return environment[`AWS_ENDPOINT_URL_${name}`] || `https://${host}`;
}

function credentialsOf(environment: NodeJS.ProcessEnv) {
  const sessionToken = environment['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(sessionToken ? { sessionToken } : {}),
  };
}

/** Node's SHA-256 and HMAC in the shape that the signer wants. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Parameters<typeof createHmac>[1] | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a signature uses each hash once');
  }
}

function bytesOf(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError('the signer hashes texts and bytes');
}
