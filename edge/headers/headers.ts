import type { OriginResponse, ViewerResponseEvent } from 'cloudfront';

/**
 * The CloudFront Function at viewer response below `/_proxy/`. It sets the headers of our own pages.
 *
 * CloudFront does not run it when the origin answers with a status of 400 or more, so each page also has a policy in a meta element.
 * Its guide does not say whether it runs for an answer of the router, which has stricter headers of its own and keeps them.
 */
export function handler(event: ViewerResponseEvent): OriginResponse {
  const headers = event.response.headers;
  if (!headers['x-proxy-state']) Object.assign(headers, SITE_HEADERS);
  return event.response;
}
