/** The message of each alarm. An alarm's id is also its section in docs/operate/runbook.md; a test keeps the two equal. */
export const ALARMS = {
  'router-errors': 'The router threw an error: viewers got 503.',
  'router-refused': 'CloudFront rejected an answer of the router: viewers got 502.',
  'router-throttled': 'CloudFront throttled the router: viewers got 503.',
  'router-utilization':
    'The most expensive requests take more than 70 % of the time that CloudFront allows the router: throttling is near.',
  'updater-silent':
    'The updater has not run for ten minutes, not even for a sweep: routes no longer follow the fleet.',
  'updater-errors': 'The updater keeps failing: routes stay as they are.',
  'updater-throttled': 'Lambda throttles the updater: routes are late.',
  'queue-age': 'An event has waited for more than five minutes: routes are late.',
  'dead-letters': 'Events were dropped after ten failed runs.',
  undelivered: 'EventBridge could not deliver events.',
  'listing-failures': 'Regions or accounts cannot be listed: their routes stay as they are.',
  'guard-trips': 'Changes were held back because they look like a mistake.',
  'store-headroom': 'The store is more than 80 % full.',
  'api-calls-silent': 'Instances change state, but no API call is reported: the trail is missing or stopped.',
  'journal-failures': 'Events or decisions could not be written to the journal.',
  'publish-failures': 'The list of routes cannot be published: the portal shows an old one.',
} as const;

/** Id of an alarm. */
export type AlarmId = keyof typeof ALARMS;

/** The message, and the section of the runbook. */
export function descriptionOf(id: AlarmId): string {
  return `${ALARMS[id]} Read docs/operate/runbook.md#${id}`;
}
