/**
 * What the updater tells CloudWatch about itself: the one table of names, units and meanings that the updater, the
 * alarms, the dashboard and docs/operate/metrics.md share. Errors, throttles, duration and the age of the queue are AWS's own
 * metrics and not repeated here.
 */

/** The CloudWatch namespace of every metric. */
export const METRICS_NAMESPACE = 'DynamicEdgeProxy';

/** The only dimension; its value is the deployment id. More of them would be more metrics to pay for. */
export const METRICS_DIMENSION = 'deployment';

/** Units as CloudWatch spells them (CloudWatch API reference, MetricDatum). */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes';

/** How one metric is sent and read. */
export interface MetricDefinition {
  unit: MetricUnit;
  /**
   * `run`: by every run. `look`: by every run that read fleet and store, sweeps included, so that each minute has one.
   * `news`: by every run that heard of calls or state changes, zeros included, since a formula compares the two and one
   * that was never sent has nothing to compare. `event`: only when there is something to say, never a zero; an alarm
   * treats missing data as not breaching.
   */
  sent: 'run' | 'look' | 'news' | 'event';
  /** The CloudWatch statistic that makes sense of it. */
  statistic: 'Sum' | 'Maximum' | 'p99';
  /** What it counts or measures: a sentence for people. */
  meaning: string;
}

/** Every metric of the updater. */
export const METRICS = {
  Runs: {
    unit: 'Count',
    sent: 'run',
    statistic: 'Sum',
    meaning:
      'Batches handled. The sweep makes one each minute: none for minutes means that the updater stands still.',
  },
  FailedRuns: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Runs that could not read or write the store, so that their batch went back to the queue.',
  },
  FailedListings: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Regions and accounts whose instances could not be listed; their routes stayed as they were.',
  },
  EventAge: {
    unit: 'Milliseconds',
    sent: 'event',
    statistic: 'p99',
    meaning:
      'From when an event happened to the start of the run that handled it; of hints only, without replays and sweeps.',
  },
  ApplyTime: {
    unit: 'Milliseconds',
    sent: 'event',
    statistic: 'p99',
    meaning:
      'From the start of a run until the store had accepted all its changes; of runs that changed something.',
  },
  Changes: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Hostnames put into or deleted from the store.',
  },
  Drift: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Changes that only a sweep found: an event was lost, or somebody edited our entries.',
  },
  Conflicts: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Lost races for the store, each read and planned again: another writer is at work.',
  },
  GuardTrips: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning:
      'Hostnames whose change a policy held back: too many instances vanished at once, or the store is full.',
  },
  Problems: {
    unit: 'Count',
    sent: 'look',
    statistic: 'Maximum',
    meaning:
      'What a person can fix now: tags that make no route, names claimed twice, instances without an address.',
  },
  OwnedEntries: {
    unit: 'Count',
    sent: 'look',
    statistic: 'Maximum',
    meaning: 'Hostnames that this deployment has in the store.',
  },
  StoreBytes: {
    unit: 'Bytes',
    sent: 'look',
    statistic: 'Maximum',
    meaning: "Keys and values of the whole store, others' included. CloudFront's limit is 5,000,000.",
  },
  StoreCalls: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Calls to the KeyValueStore API, $1 for 1,000: one for a change, none when nothing changes.',
  },
  ApiCallEvents: {
    unit: 'Count',
    sent: 'news',
    statistic: 'Sum',
    meaning:
      'API calls received through CloudTrail. None while states change: the trail is missing or stopped.',
  },
  StateChangeEvents: {
    unit: 'Count',
    sent: 'news',
    statistic: 'Sum',
    meaning: 'State changes received from EC2, which need no trail.',
  },
  QuarantinedEvents: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Messages that could not be read, kept below quarantine/ in the journal.',
  },
  JournalFailures: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Records that S3 did not take: events as received, or decisions. Routing went on.',
  },
  PublishFailures: {
    unit: 'Count',
    sent: 'event',
    statistic: 'Sum',
    meaning: 'Times that routes.json could not be written: the portal shows what was; routing went on.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of a metric, as CloudWatch has it. */
export type MetricName = keyof typeof METRICS;

/** What one run has to tell: each metric with its values, of which there may be several. */
export type Figures = Readonly<Partial<Record<MetricName, readonly number[]>>>;
