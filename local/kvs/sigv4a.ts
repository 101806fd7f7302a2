import { createECDH, createHash, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** The credentials that a signature is checked against. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Part of temporary credentials. Every request must send it. */
  sessionToken?: string;
}

/** One request as it arrived. */
export interface SignedRequest {
  method: string;
  /** Path and query as sent, still percent-encoded. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export type SignatureVerdict = { valid: true } | { valid: false; reason: string };

/** Verifies a request at a time. Never throws. */
export type SignatureVerifier = (request: SignedRequest, now: Milliseconds) => SignatureVerdict;

interface Authorization {
  accessKeyId: string;
  date: string;
  service: string;
  signedHeaders: string[];
  signature: Buffer;
}

const ALGORITHM = 'AWS4-ECDSA-P256-SHA256';

/** AWS refuses requests that are older or further in the future (IAM User Guide, "Signature Version 4"). */
const MAX_SKEW_MS = 5 * 60 * 1000;

/** Headers that a signature must cover, besides every `x-amz-*` header that was sent. */
const REQUIRED_HEADERS = ['host', 'x-amz-date', 'x-amz-region-set'];

/**
 * Makes a verifier of SigV4A signatures, the asymmetric kind that CloudFront KeyValueStore requires.
 *
 * @example
 * const verifier = sigv4aVerifier(credentials, 'cloudfront-keyvaluestore');
 * verifier({ method: 'GET', target: '/a?b=c', headers, body }, Date.now()); // { valid: true }
 */
export function sigv4aVerifier(credentials: Credentials, service: string): SignatureVerifier {
  const publicKey = derivePublicKey(credentials);
  return (request, now) => {
    const authorization = parseAuthorization(request.headers.authorization ?? '');
    const reason = authorization
      ? (identityProblem(authorization, request, credentials, service) ??
        dateProblem(authorization, request, now) ??
        coverageProblem(authorization, request) ??
        signatureProblem(authorization, request, publicKey))
      : `the Authorization header is missing or not ${ALGORITHM}; sign with SigV4A`;
    return reason === undefined ? { valid: true } : { valid: false, reason };
  };
}

/** `AWS4-ECDSA-P256-SHA256 Credential=<id>/<date>/<service>/aws4_request, SignedHeaders=a;b, Signature=<hex DER>` */
function parseAuthorization(header: string): Authorization | undefined {
  const match =
    /^AWS4-ECDSA-P256-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=((?:[0-9a-f]{2})+)$/.exec(
      header,
    );
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', service = '', headers = '', signature = ''] = match;
  const signedHeaders = headers.split(';');
  return { accessKeyId, date, service, signedHeaders, signature: Buffer.from(signature, 'hex') };
}

function identityProblem(
  { accessKeyId, service }: Authorization,
  { headers }: SignedRequest,
  expected: Credentials,
  expectedService: string,
): string | undefined {
  if (accessKeyId !== expected.accessKeyId) return `the access key id ${accessKeyId} is unknown`;
  if (service !== expectedService)
    return `it is signed for ${service}, but this service is ${expectedService}`;
  if (joinHeader(headers, 'x-amz-security-token') !== (expected.sessionToken ?? '')) {
    return 'X-Amz-Security-Token is not the session token of these credentials';
  }
  // The service is global, so clients sign for every region.
  if (!joinHeader(headers, 'x-amz-region-set').split(',').includes('*')) {
    return 'X-Amz-Region-Set does not name *; sign for the region set *';
  }
  return undefined;
}

function dateProblem(
  { date }: Authorization,
  { headers }: SignedRequest,
  now: Milliseconds,
): string | undefined {
  const sent = joinHeader(headers, 'x-amz-date');
  const iso = sent.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const skew = Math.abs(Date.parse(iso) - now);
  if (iso === sent || Number.isNaN(skew)) return 'X-Amz-Date is not of the form 20261123T121719Z';
  if (!sent.startsWith(date)) return `the credential is dated ${date}, but X-Amz-Date is ${sent}`;
  if (skew > MAX_SKEW_MS)
    return `it was signed at ${sent}, which differs from now by more than 5 minutes; set the clock`;
  return undefined;
}

function coverageProblem({ signedHeaders }: Authorization, request: SignedRequest): string | undefined {
  const sent = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  const unsigned = [...REQUIRED_HEADERS, ...sent].find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) return `the header ${unsigned} is not signed`;
  const hash = joinHeader(request.headers, 'x-amz-content-sha256');
  if (hash !== '' && hash !== sha256(request.body)) return 'X-Amz-Content-Sha256 is not the hash of the body';
  return undefined;
}

function signatureProblem(
  { date, service, signedHeaders, signature }: Authorization,
  request: SignedRequest,
  publicKey: KeyObject,
): string | undefined {
  const canonical = canonicalRequest(request, signedHeaders);
  if (canonical === undefined) return 'its path or query is not percent-encoded UTF-8';
  const time = joinHeader(request.headers, 'x-amz-date');
  const text = [ALGORITHM, time, `${date}/${service}/aws4_request`, sha256(canonical)].join('\n');
  if (verify('sha256', Buffer.from(text), publicKey, signature)) return undefined;
  return 'the signature does not match this request and these credentials; check the secret access key';
}

/**
 * The text that both sides hash (IAM User Guide, "Create a signed AWS API request"). Undefined if the target is not valid
 * percent-encoding.
 */
function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string | undefined {
  const [path = '', ...query] = request.target.split('?');
  const headers = signedHeaders.map((name) => {
    return `${name}:${joinHeader(request.headers, name).trim().replace(/ +/g, ' ')}\n`;
  });
  try {
    const target = [canonicalPath(path), canonicalQuery(query.join('?'))];
    const signed = [headers.join(''), signedHeaders.join(';'), sha256(request.body)];
    return [request.method, ...target, ...signed].join('\n');
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Normalises the path and encodes it again, so `%2F` becomes `%252F` and is still not a separator. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(encodeStrictly).join('/')}${trailing}`;
}

/** Sorts by name, then value. A space replaces `=` while sorting, because it sorts before any encoded character. */
function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const encoded = pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name, value.join('=')].map((part) => encodeStrictly(decodeURIComponent(part))).join(' ');
  });
  return encoded.sort().join('&').replaceAll(' ', '=');
}

/** RFC 3986: encodes everything except letters, digits and `-._~`. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function joinHeader(headers: IncomingHttpHeaders, name: string): string {
  // A hostile SignedHeaders may name `constructor`, so only own properties count.
  const value = (Object.hasOwn(headers, name) ? headers[name] : undefined) ?? '';
  return typeof value === 'string' ? value : value.join(',');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The group order of P-256 (FIPS 186-4, D.1.2.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function derivePublicKey(credentials: Credentials): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(derivePrivateKey(credentials), 'hex');
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

/**
 * Derives the key in counter mode (NIST SP 800-108) from the access key id, keyed with the secret. It skips a candidate beyond the
 * curve's order (one in four billion).
 */
function derivePrivateKey({ accessKeyId, secretAccessKey }: Credentials): string {
  for (let attempt = 1; attempt <= 254; attempt++) {
    const input = `\x00\x00\x00\x01${ALGORITHM}\x00${accessKeyId}${String.fromCharCode(attempt)}\x00\x00\x01\x00`;
    const candidate = createHmac('sha256', `AWS4A${secretAccessKey}`).update(input, 'latin1').digest('hex');
    const number = BigInt(`0x${candidate}`);
    if (number <= ORDER - 2n) return (number + 1n).toString(16).padStart(64, '0');
  }
  throw new RangeError(`no SigV4A key can be derived from ${accessKeyId}; use other credentials`);
}
