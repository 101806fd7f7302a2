import type { ViewerRequestEvent } from 'cloudfront';
import { portOf, scheme } from './place.ts';

/** The app-selection cookie and header of the bare domain: ours, so no app ever sees them. */
export const APP_COOKIE = '__Host-proxy-app';
export const APP_HEADER = 'x-proxy-app';
/** Carries the per-host token to the origin. */
export const TOKEN_HEADER = 'x-proxy-token';

/**
 * Tells the app how the viewer came, and removes what a viewer may have forged under our names.
 *
 * `X-Forwarded-Proto` is not among them: a function may not set it (Developer Guide, "Restrictions on edge
 * functions"), so `Forwarded` (RFC 7239) says the scheme. `X-Forwarded-For` arrives with whatever the viewer wrote
 * in it; `x-proxy-viewer` is the address that CloudFront saw.
 */
export function introduce(event: ViewerRequestEvent, host: string): void {
  const headers = event.request.headers;
  const ip = event.viewer.ip;
  const port = portOf(event.request);
  delete headers[APP_HEADER];
  delete headers[TOKEN_HEADER];
  delete headers['x-forwarded-prefix'];
  delete event.request.cookies[APP_COOKIE];
  headers['x-forwarded-host'] = { value: port === '' ? host : `${host}:${port}` };
  headers['x-forwarded-port'] = { value: port !== '' ? port : scheme === 'https' ? '443' : '80' };
  headers['forwarded'] = {
    value: `for=${ip.includes(':') ? `"[${ip}]"` : ip};host="${host}";proto=${scheme}`,
  };
  headers['x-proxy-viewer'] = { value: ip };
  headers['x-request-id'] = { value: event.context.requestId };
}
