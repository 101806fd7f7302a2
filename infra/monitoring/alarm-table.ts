import type { Monitoring } from '../../core/metrics.ts';

/** One alarm. */
export interface AlarmDefinition {
  message: string;
  /** Only `full` monitoring has the alarm: where and when `basic` monitoring shows the same. */
  otherwise?: string;
  /** Only a deployment with sign-in has the alarm. */
  signIn?: true;
}

/** All alarms. An alarm's id is also its section in docs/operate/runbook.md; a test keeps the two equal. */
export const ALARMS = {
  'router-errors': { message: 'The router threw an error: viewers got 503.' },
  'router-refused': { message: 'CloudFront rejected an answer of the router: viewers got 502.' },
  'router-throttled': { message: 'CloudFront throttled the router: viewers got 503.' },
  'router-utilization': {
    message:
      'The most expensive requests take more than 70 % of the time that CloudFront allows the router: throttling is near.',
    otherwise:
      '`router-throttled`, when viewers already get 503. The dashboard shows the utilization, and each deployment measures it before it publishes a router.',
  },
  'site-router-failures': {
    message:
      'The router for our own pages fails or is throttled: viewers got 502 or 503 instead of the portal and the way to sign in.',
    signIn: true,
    otherwise:
      'No alarm: it would be the eleventh, and ten are free. The gate proves each router before it is published, and the commands of the runbook count failures.',
  },
  'sign-in-errors': {
    message: 'The function that signs viewers in fails: viewers who are not signed in yet get 503.',
    signIn: true,
  },
  'updater-silent': {
    message:
      'The updater has not run for ten minutes, not even for a sweep: routes no longer follow the fleet.',
  },
  'updater-errors': {
    message: 'The updater keeps failing: routes stay as they are.',
    otherwise:
      '`queue-age`: while runs fail, their events wait, and after five minutes it starts. A failure that the next run repairs raises no alarm.',
  },
  'updater-throttled': {
    message: 'Lambda throttles the updater: routes are late.',
    otherwise: '`queue-age` after five minutes without a run, and `updater-silent` after ten.',
  },
  'queue-age': { message: 'An event has waited for more than five minutes: routes are late.' },
  'dead-letters': {
    message: 'Events were dropped after fourteen failed runs.',
    otherwise:
      '`queue-age`, at least a quarter of an hour earlier. `dynamic-edge-proxy doctor` counts the dropped events, which are kept for 14 days.',
  },
  undelivered: { message: 'EventBridge could not deliver events.' },
  'listing-failures': {
    message: 'Regions or accounts cannot be listed: their routes stay as they are.',
  },
  'guard-trips': { message: 'Changes were held back because they look like a mistake.' },
  'store-headroom': {
    message: 'The store is more than 80 % full.',
    otherwise:
      '`guard-trips`, when the store is full and new hostnames get no route. Until then `store.bytes` in the log has the size.',
  },
  'api-calls-silent': {
    message: 'Instances change state, but no API call is reported: the trail is missing or stopped.',
    otherwise:
      '`dynamic-edge-proxy doctor` finds a missing or stopped trail. Until a person runs it, the journal does not name the callers.',
  },
  'journal-failures': { message: 'Events or decisions could not be written to the journal.' },
  'publish-failures': {
    message: 'The list of routes cannot be published: the portal shows an old one.',
    otherwise: 'The portal says how old its list is, and the log has an ERROR for each attempt.',
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;

/** Id of an alarm. */
export type AlarmId = keyof typeof ALARMS;

/** The message, and the section of the runbook. */
export function descriptionOf(id: AlarmId): string {
  return `${ALARMS[id].message} Read docs/operate/runbook.md#${id}`;
}

/** Whether a deployment has an alarm. */
export function isDeployed(id: AlarmId, monitoring: Monitoring): boolean {
  const { otherwise }: AlarmDefinition = ALARMS[id];
  return otherwise === undefined || monitoring === 'full';
}
