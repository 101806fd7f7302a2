import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { isSent, type MetricName, type Monitoring } from '../../core/metrics.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import { namePrefix } from '../names.ts';
import { ownMetric, routerMetric } from './metrics.ts';
import { PRICES, type Price } from './prices.ts';

/** Props of {@link FleetDashboard}. */
export interface FleetDashboardProps {
  deployment: string;
  /** Which metrics there are to show. */
  monitoring: Monitoring;
  updater: lambda.IFunction;
  queue: sqs.IQueue;
  /** The router. Its metrics are in us-east-1. */
  routerFunctionName: string;
  /** The router for our own pages, likewise. Absent: viewers do not sign in. */
  siteRouterFunctionName?: string;
  /** Alarms of the home region; a dashboard widget shows alarms of its own region only. */
  alarms: cloudwatch.IAlarm[];
}

const FULL_WIDTH = 24;
const HALF = FULL_WIDTH / 2;

/**
 * One page with four questions, a row for each: is it healthy, how fast, how full, what does it cost. It shows at most 50 metrics,
 * because three dashboards of that size are free.
 */
export class FleetDashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id, {
      dashboardName: namePrefix(props.deployment),
      defaultInterval: Duration.days(1),
      widgets: [healthRow(props), speedRow(props), fillingRow(props), costRow(props)].map(
        ([title, ...widgets]) => [heading(title), ...widgets.filter((widget) => widget !== undefined)],
      ),
    });
  }
}

/** A row: a question and the widgets that answer it; undefined for a graph without any metric. */
type Row = readonly [question: string, ...widgets: (cloudwatch.IWidget | undefined)[]];

function heading(question: string): cloudwatch.IWidget {
  return new cloudwatch.TextWidget({ markdown: `## ${question}`, width: FULL_WIDTH, height: 1 });
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
  right: cloudwatch.IMetric[] = [],
): cloudwatch.GraphWidget | undefined {
  if (left.length + right.length === 0) return undefined;
  return new cloudwatch.GraphWidget({ title, left, right, width: HALF });
}

/** Those of our metrics that the deployment sends. */
function own({ deployment, monitoring }: FleetDashboardProps, ...names: MetricName[]): cloudwatch.IMetric[] {
  return names.filter((name) => isSent(name, monitoring)).map((name) => ownMetric(deployment, name));
}

/** The functions of which each request of a viewer runs one. */
function routersOf({ routerFunctionName, siteRouterFunctionName }: FleetDashboardProps): string[] {
  return [routerFunctionName, ...(siteRouterFunctionName ? [siteRouterFunctionName] : [])];
}

function healthRow(props: FleetDashboardProps): Row {
  const { updater, queue, alarms } = props;
  return [
    'Is it healthy?',
    new cloudwatch.AlarmStatusWidget({
      title: 'Alarms of the home region',
      alarms,
      width: FULL_WIDTH,
      height: 3,
    }),
    graph(
      'Router: failures that viewers saw',
      routersOf(props).flatMap((router) => [
        routerMetric(router, 'errors'),
        routerMetric(router, 'refused'),
        routerMetric(router, 'throttled'),
      ]),
    ),
    graph(
      'Updater: runs and failures',
      [
        ...own(props, 'Runs', 'FailedRuns', 'FailedListings', 'JournalFailures', 'PublishFailures'),
        updater.metricInvocations({ label: 'Lambda invocations' }),
        updater.metricErrors({ label: 'Lambda errors' }),
      ],
      [queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', label: 'oldest message, s' })],
    ),
    graph(
      'Missed events, lost races and changes held back',
      own(props, 'Drift', 'Conflicts', 'GuardTrips', 'QuarantinedEvents'),
    ),
    graph(
      'Events received: state changes without API calls mean that there is no trail',
      own(props, 'ApiCallEvents', 'StateChangeEvents'),
    ),
  ];
}

function speedRow(props: FleetDashboardProps): Row {
  const { deployment, updater } = props;
  const spread = (name: MetricName) =>
    ['p50', 'p99'].map((statistic) =>
      ownMetric(deployment, name, undefined, statistic).with({ label: `${name} ${statistic}` }),
    );
  return [
    'How fast?',
    graph('Delay from event to run, and from run to store, ms', [
      ...spread('EventAge'),
      ...spread('ApplyTime'),
    ]),
    graph(
      'Compute utilization of the router, % (p99; CloudFront throttles near 100), and duration of runs, ms',
      routersOf(props).map((router) => routerMetric(router, 'utilization')),
      [updater.metricDuration({ statistic: 'p99', label: 'p99 of a run' })],
    ),
  ];
}

function fillingRow(props: FleetDashboardProps): Row {
  const bytes = own(props, 'StoreBytes');
  return [
    'How full?',
    bytes.length === 0
      ? undefined
      : new cloudwatch.GraphWidget({
          title: 'Bytes in the store',
          left: bytes,
          leftYAxis: { min: 0 },
          leftAnnotations: [{ value: LIMITS.storeBytes, label: 'limit' }],
          width: HALF,
        }),
    graph('Hostnames, changes and problems', own(props, 'OwnedEntries', 'Changes', 'Problems')),
  ];
}

/** Costs that grow with use, for each day, at list prices without free tiers. Fixed costs are in docs/operate/cost.md. */
function costRow(props: FleetDashboardProps): Row {
  const { deployment, routerFunctionName, siteRouterFunctionName, updater } = props;
  const period = Duration.days(1);
  const priced = (label: string, { units, of: usingMetrics }: Used, { usd, per }: Price) =>
    new cloudwatch.MathExpression({
      expression: `(${units}) * ${usd} / ${per}`,
      ...{ usingMetrics, period, label },
    });
  const storeCalls = ownMetric(deployment, 'StoreCalls', period);
  const apps = routerMetric(routerFunctionName, 'calls', period);
  const ours = siteRouterFunctionName && routerMetric(siteRouterFunctionName, 'calls', period);
  // Each request runs one of the routers.
  const requests: Used = ours
    ? { units: 'FILL(apps, 0) + FILL(ours, 0)', of: { apps, ours } }
    : { units: 'apps', of: { apps } };
  // With sign-in the router reads keys and entry, and the site router at most the keys.
  const reads = ours ? { ...requests, units: '2 * FILL(apps, 0) + FILL(ours, 0)' } : requests;
  return [
    'What does it cost?',
    new cloudwatch.GraphWidget({
      title: 'US dollars per day, list prices',
      left: [
        priced('store API calls', { units: 'writes', of: { writes: storeCalls } }, PRICES.storeCalls),
        priced('requests', requests, PRICES.cloudFrontRequests),
        priced('router', requests, PRICES.functionCalls),
        priced('store reads', reads, PRICES.storeReads),
        priced(
          'updater',
          { units: 'runs', of: { runs: updater.metricInvocations({ period }) } },
          PRICES.lambdaCalls,
        ),
      ],
      stacked: true,
      width: HALF,
    }),
    graph('Requests and calls of the store API per day', [apps, ...(ours ? [ours] : [])], [storeCalls]),
  ];
}

/** Billed units, as an expression of metrics. */
interface Used {
  units: string;
  of: Record<string, cloudwatch.IMetric>;
}
