import type { EdgeRequest, ViewerRequestEvent } from 'cloudfront';
import { portOf, scheme } from './place.ts';

/** The app-selection cookie of the bare domain: ours, so no app ever sees it. */
export const APP_COOKIE = '__Host-proxy-app';

/**
 * Tells the app how the viewer came, and removes what a viewer may have forged under our names.
 *
 * `X-Forwarded-Proto` is not among them: a function may not set it (Developer Guide, "Restrictions on edge
 * functions"), so `Forwarded` (RFC 7239) says the scheme. `X-Forwarded-For` arrives with whatever the viewer wrote
 * in it; `x-proxy-viewer` is the address that CloudFront saw.
 */
export function introduce(event: ViewerRequestEvent, request: EdgeRequest, host: string): void {
  const headers = request.headers;
  const sent = headers['host'];
  // Mostly the header is the name itself; only else is it worth a regular expression to see whether it has a port.
  const port = sent && sent.value === host ? '' : portOf(request);
  delete headers['x-proxy-app'];
  delete headers['x-proxy-token'];
  delete headers['x-forwarded-prefix'];
  // Servers that turn hyphens into underscores (CGI, WSGI, Rack) would take these for ours.
  delete headers['x_forwarded_host'];
  delete headers['x_forwarded_port'];
  delete headers['x_forwarded_prefix'];
  delete headers['x_proxy_viewer'];
  delete headers['x_proxy_token'];
  delete headers['x_request_id'];
  delete request.cookies[APP_COOKIE];
  headers['x-forwarded-host'] = { value: host + port };
  headers['x-forwarded-port'] = { value: port ? port.slice(1) : scheme === 'https' ? '443' : '80' };
  headers['x-proxy-viewer'] = { value: event.viewer.ip };
  headers['x-request-id'] = { value: event.context.requestId };
  // RFC 7239 §4: a port makes the host a quoted string. The address is in our own header, where no viewer can write.
  headers['forwarded'] = { value: 'host=' + (port ? '"' + host + port + '"' : host) + ';proto=' + scheme };
}
