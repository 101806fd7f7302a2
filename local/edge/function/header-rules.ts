/**
 * Headers that a function can neither read nor set, and that CloudFront does not pass on from a viewer (Developer Guide,
 * "Restrictions on all edge functions": disallowed headers). All `X-Amz-Cf-*` and `X-Edge-*` headers belong to them.
 */
const DISALLOWED = new Set([
  'client-cert',
  'client-cert-chain',
  'cloudfront-viewer-cert-pem',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-accel-buffering',
  'x-accel-charset',
  'x-accel-limit-rate',
  'x-accel-redirect',
  'x-amzn-auth',
  'x-amzn-cf-billing',
  'x-amzn-cf-id',
  'x-amzn-cf-xff',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-header-count',
  'x-amzn-header-order',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** Headers of one connection (RFC 9110 §7.6.1, RFC 9112 §9.3). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Response headers that the edge sets, even if the origin sent them. */
const EDGE_OWN = new Set(['via', 'x-amz-cf-id', 'x-cache']);

/** True for a lower-case header name that never reaches a function. */
export function isDisallowed(name: string): boolean {
  return DISALLOWED.has(name) || name.startsWith('x-edge-') || name.startsWith('x-amz-cf-');
}

/** True for a lower-case header name that belongs to one hop. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}

/** True for a lower-case response header name that only the edge sets. */
export function isEdgeOwn(name: string): boolean {
  return EDGE_OWN.has(name);
}

/** The lower-case names that a `Connection` header limits to this hop. */
export function nominated(connection: string | undefined): readonly string[] {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  return connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}

const NONE: readonly string[] = [];
