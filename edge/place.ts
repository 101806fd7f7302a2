import type { EdgeRequest } from 'cloudfront';

/** Base domain of the deployment; `''` is bare mode. One line that the build puts before the bundle. */
declare const BASE_DOMAIN: string;
/** How viewers reach the edge: `https` at CloudFront, which redirects; `http` on a laptop. */
declare const SCHEME: 'https' | 'http';

export const baseDomain = BASE_DOMAIN;
export const scheme = SCHEME;

/** The port in the viewer's Host header, `''` when there is none. */
export function portOf(request: EdgeRequest): string {
  const host = request.headers['host'];
  if (host === undefined) return '';
  const colon = host.value.lastIndexOf(':');
  const port = colon < 0 ? '' : host.value.slice(colon + 1);
  return /^\d{1,5}$/.test(port) ? port : '';
}

/** Where the portal is, seen from any of our names. */
export function portalUrl(request: EdgeRequest): string {
  return baseDomain === '' ? '/_proxy/' : `${originOf(baseDomain, request)}/_proxy/`;
}

/** `https://name`, with the port that the viewer used. */
export function originOf(name: string, request: EdgeRequest): string {
  const port = portOf(request);
  return `${scheme}://${name}${port === '' ? '' : `:${port}`}`;
}
