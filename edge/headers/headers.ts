import type { OriginResponse, ViewerResponseEvent } from 'cloudfront';

/**
 * The CloudFront Function at viewer response below `/_proxy/`. It sets the headers of our own pages.
 *
 * CloudFront does not run it when the origin answers with a status of 400 or more, so each page also has a policy in a meta element.
 */
export function handler(event: ViewerResponseEvent): OriginResponse {
  Object.assign(event.response.headers, SITE_HEADERS);
  return event.response;
}
