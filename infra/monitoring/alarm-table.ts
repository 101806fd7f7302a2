/** What each alarm says when it rings. Its id is also its section of docs/operate/runbook.md; a test keeps the two equal. */
export const ALARMS = {
  'router-errors': 'The router failed while it ran: viewers got 503.',
  'router-refused': 'The router answered what CloudFront does not take: viewers got 502.',
  'router-throttled': 'CloudFront throttled the router: viewers got 503.',
  'router-utilization':
    'The dearest requests take more than 70 % of the time that CloudFront allows the router: throttling is near.',
  'updater-silent':
    'The updater has not run for ten minutes, sweeps included: routes no longer follow the fleet.',
  'updater-errors': 'Runs of the updater keep failing: routes stay as they are.',
  'updater-throttled': 'Lambda throttles the updater: routes are late.',
  'queue-age': 'An event has waited for more than five minutes: routes are late.',
  'dead-letters': 'Events were given up after ten failed runs.',
  undelivered: 'EventBridge could not hand over events.',
  'listing-failures': 'Regions or accounts cannot be listed: their routes stay as they are.',
  'guard-trips': 'Changes were held back, since they look like a mistake.',
  'store-headroom': 'The store is more than 80 % full.',
  'api-calls-silent':
    'Instances change their states, but no API call is reported: the trail is missing or stopped.',
  'journal-failures': 'Events or decisions could not be written to the journal.',
  'publish-failures': 'The list of routes cannot be published: the portal shows what was.',
} as const;

/** Id of an alarm. */
export type AlarmId = keyof typeof ALARMS;

/** The sentence, and where to read on. */
export function descriptionOf(id: AlarmId): string {
  return `${ALARMS[id]} Read docs/operate/runbook.md#${id}`;
}
