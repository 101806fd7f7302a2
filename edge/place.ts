import type { EdgeRequest } from 'cloudfront';

/** Base domain of the deployment; `''` is bare mode. With `SCHEME` the one line that the build puts before the bundle. */
declare const BASE_DOMAIN: string;
/** How viewers reach the edge: `https` at CloudFront, which redirects; `http` on a laptop. */
declare const SCHEME: 'https' | 'http';

export const baseDomain = BASE_DOMAIN;
export const scheme = SCHEME;

/** The port that the viewer wrote in the Host header with its colon, `''` for the scheme's own. */
export function portOf(request: EdgeRequest): string {
  const host = request.headers['host'];
  // A regular expression costs four times what the question costs whether it is needed.
  const found = host && host.value.includes(':') ? /:\d{1,5}$/.exec(host.value) : null;
  return found ? found[0] : '';
}

/** Where the portal is, seen from any of our names. */
export function portalUrl(request: EdgeRequest): string {
  return baseDomain ? scheme + '://' + baseDomain + portOf(request) + '/_proxy/' : '/_proxy/';
}
