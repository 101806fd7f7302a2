/**
 * The metrics that the updater sends to CloudWatch. The updater, the alarms, the dashboard and docs/operate/metrics.md share this
 * table. AWS itself measures errors, throttles, duration and the age of the queue.
 */

/** The CloudWatch namespace of every metric. */
export const METRICS_NAMESPACE = 'DynamicEdgeProxy';

/** The only dimension. Its value is the deployment id. Each further dimension would multiply the metrics to pay for. */
export const METRICS_DIMENSION = 'deployment';

/** How much a deployment watches: the metrics and alarms that CloudWatch's free tier covers, or all. */
export const MONITORING = ['basic', 'full'] as const;
export type Monitoring = (typeof MONITORING)[number];

/** Units as CloudWatch spells them (CloudWatch API reference, MetricDatum). */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes';

/** How one metric is sent and read. */
export interface MetricDefinition {
  unit: MetricUnit;
  /**
   * `run`: by every run. `look`: by every run that read fleet and store, sweeps included, so there is one each minute.
   * `news`: by every run that received calls or state changes, zeros included, because a formula compares the two.
   * `event`: only when there is something to report, never a zero. Alarms treat missing data as not breaching.
   */
  sent: 'run' | 'look' | 'news' | 'event';
  /** The CloudWatch statistic to read it with. */
  statistic: 'Sum' | 'Maximum' | 'p99';
  /** A sentence for people. */
  meaning: string;
  /** Only `full` monitoring sends the metric: where and when `basic` monitoring shows the same. */
  otherwise?: string;
}

/** Every metric of the updater. */
export const METRICS = {
  Runs: {
    unit: 'Count',
    sent: 'run',
    statistic: 'Sum',
    meaning:
      'Batches handled. The sweep causes one each minute. No run for some minutes means that the updater has stopped.',
    otherwise: '`Invocations` of the function, a free metric of AWS.',
  },
  FailedRuns: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Runs that could not read or write the store. Their batch went back to the queue.',
    otherwise: '`Errors` of the function, a free metric of AWS.',
  },
  FailedListings: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Regions and accounts whose instances could not be listed. Their routes stayed as they were.',
  },
  EventAge: {
    unit: 'Milliseconds',
    sent: 'event',
    statistic: 'p99',
    meaning:
      'The time from an event to the start of the run that handled it. Only hints count, without replays and sweeps.',
  },
  ApplyTime: {
    unit: 'Milliseconds',
    sent: 'event',
    statistic: 'p99',
    meaning:
      'The time from the start of a run until the store had accepted all changes. Only runs that changed something count.',
  },
  Changes: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Hostnames that were written to the store or deleted from it.',
    otherwise: 'The log and the journal name each change. `StoreCalls` rises with it.',
  },
  Drift: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning:
      'Changes that only a sweep found. An event was lost, or a person edited entries of this deployment.',
  },
  Conflicts: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Writes that were planned again because another writer had changed the store.',
    otherwise:
      '`StoreCalls`: a lost race costs further calls. A run that loses every race is an ERROR in the log.',
  },
  GuardTrips: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning:
      'Hostnames whose change a policy held back, because too many instances were missing at once or the store is full.',
  },
  Problems: {
    unit: 'Count',
    sent: 'look',
    statistic: 'Maximum',
    meaning:
      'Problems that a person can fix: tags that make no route, names claimed twice, instances without an address.',
  },
  OwnedEntries: {
    unit: 'Count',
    sent: 'look',
    statistic: 'Maximum',
    meaning: 'Hostnames that this deployment has in the store.',
    otherwise: 'The portal and its `routes.json` list the hostnames.',
  },
  StoreBytes: {
    unit: 'Bytes',
    sent: 'look',
    statistic: 'Maximum',
    meaning:
      'The size of all keys and values in the store, those of other deployments included. The limit of CloudFront is 5,000,000.',
    otherwise: 'Each record in the journal, and the log line of each change, has `store.bytes`.',
  },
  StoreCalls: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Calls to the KeyValueStore API. 1,000 calls cost $1. A change takes one call.',
  },
  ApiCallEvents: {
    unit: 'Count',
    sent: 'news',
    statistic: 'Sum',
    meaning:
      'API calls received through CloudTrail. If there are none while states change, the trail is missing or stopped.',
    otherwise: 'The journal has each event. `dynamic-edge-proxy doctor` finds a missing or stopped trail.',
  },
  StateChangeEvents: {
    unit: 'Count',
    sent: 'news',
    statistic: 'Sum',
    meaning: 'State changes received from EC2. They do not need a trail.',
    otherwise: 'The journal has each event.',
  },
  QuarantinedEvents: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Messages that could not be read. The journal keeps them below quarantine/.',
    otherwise: 'The journal has each of these messages below quarantine/.',
  },
  JournalFailures: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Events or decisions that could not be written to the journal. Routing continued.',
  },
  PublishFailures: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning:
      'How often routes.json, changes.json, a history, the status or a shard of the truth could not be written. The portal shows the previous list, and pages wait for the store. Routing continued.',
    otherwise: 'An ERROR in the log. The portal says how old its list is.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of a metric in CloudWatch. */
export type MetricName = keyof typeof METRICS;

/** Whether a deployment sends a metric. */
export function isSent(name: MetricName, monitoring: Monitoring): boolean {
  const { otherwise }: MetricDefinition = METRICS[name];
  return otherwise === undefined || monitoring === 'full';
}

/** The figures of one run: each metric with one or more values. */
export type Figures = Readonly<Partial<Record<MetricName, readonly number[]>>>;
