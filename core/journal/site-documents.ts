import type { Hostname } from '../wire/brands.ts';

/** The folder of the site bucket with our own pages, and their path: CloudFront forwards paths unchanged, so both have one name. */
export const SITE_FOLDER = '_proxy';

/** Documents that the updater publishes beside the portal, by their names in the folder. */
export const DOCUMENTS = {
  routes: 'routes.json',
  changes: 'changes.json',
  status: 'status.json',
  /** The list for readers without JavaScript. */
  page: 'routes.html',
} as const;

/** The folder of the histories of hostnames. */
export const HISTORY_FOLDER = 'history/';

/**
 * The history of a hostname, by its name in the site's folder. The asterisk of a wildcard means something to IAM and to shells. A text
 * that is not a hostname, such as `../api/me`, leads to no other document.
 */
export function historyName(hostname: Hostname): string {
  return `${HISTORY_FOLDER}${encodeURIComponent(hostname.replace(/^\*\./, '_wildcard.'))}.json`;
}

/**
 * Documents that say more than hostnames and states. Where everybody may read the site without signing in, CloudFront may not read
 * them, unless the deployment opens them.
 */
export const DETAILED = [
  DOCUMENTS.status,
  'last-requests.json',
  'traffic.json',
  `${HISTORY_FOLDER}*`,
] as const;
