import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { MetricName } from '../../core/metrics.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import { namePrefix } from '../names.ts';
import { ownMetric, routerMetric } from './metrics.ts';
import { PRICES } from './prices.ts';

/** Props of {@link FleetDashboard}. */
export interface FleetDashboardProps {
  deployment: string;
  updater: lambda.IFunction;
  queue: sqs.IQueue;
  /** Of the router, whose metrics are in us-east-1. */
  routerFunctionName: string;
  /** Alarms of the home region; those of other regions have their pages there. */
  alarms: cloudwatch.IAlarm[];
}

const FULL_WIDTH = 24;
const HALF = FULL_WIDTH / 2;

/** One page that answers four questions, a row each: is it healthy, how fast, how full, what does it cost. */
export class FleetDashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id, {
      dashboardName: namePrefix(props.deployment),
      defaultInterval: Duration.days(1),
      widgets: [healthRow(props), speedRow(props), fillingRow(props), costRow(props)].map(
        ([title, ...widgets]) => [heading(title), ...widgets],
      ),
    });
  }
}

/** A row: its question, and what answers it. */
type Row = readonly [question: string, ...widgets: cloudwatch.IWidget[]];

function heading(question: string): cloudwatch.IWidget {
  return new cloudwatch.TextWidget({ markdown: `## ${question}`, width: FULL_WIDTH, height: 1 });
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
  right: cloudwatch.IMetric[] = [],
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, right, width: HALF });
}

function healthRow({
  deployment,
  updater,
  queue,
  routerFunctionName: router,
  alarms,
}: FleetDashboardProps): Row {
  const own = (...names: MetricName[]) => names.map((name) => ownMetric(deployment, name));
  return [
    'Is it healthy?',
    new cloudwatch.AlarmStatusWidget({
      title: 'Alarms of the home region',
      alarms,
      width: FULL_WIDTH,
      height: 3,
    }),
    graph('Router: anything here reached viewers', [
      routerMetric(router, 'errors'),
      routerMetric(router, 'refused'),
      routerMetric(router, 'throttled'),
    ]),
    graph(
      'Updater: runs, and what failed',
      [
        ...own('Runs', 'FailedRuns', 'FailedListings', 'JournalFailures', 'PublishFailures'),
        updater.metricErrors({ label: 'Lambda errors' }),
      ],
      [queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', label: 'oldest message, s' })],
    ),
    graph('What was missed or held back', own('Drift', 'Conflicts', 'GuardTrips', 'QuarantinedEvents')),
    graph(
      'Events received: no calls while states change means no trail',
      own('ApiCallEvents', 'StateChangeEvents'),
    ),
  ];
}

function speedRow({ deployment, updater, routerFunctionName: router }: FleetDashboardProps): Row {
  const spread = (name: MetricName) =>
    ['p50', 'p99'].map((statistic) =>
      ownMetric(deployment, name, undefined, statistic).with({ label: `${name} ${statistic}` }),
    );
  return [
    'How fast?',
    graph('From event to run, and from run to store, ms', [...spread('EventAge'), ...spread('ApplyTime')]),
    graph(
      'Compute utilization of the router, % (p99; throttled near 100), and run time of the updater, ms',
      [routerMetric(router, 'utilization')],
      [updater.metricDuration({ statistic: 'p99', label: 'p99 of a run' })],
    ),
  ];
}

function fillingRow({ deployment }: FleetDashboardProps): Row {
  return [
    'How full?',
    new cloudwatch.GraphWidget({
      title: 'Bytes in the store',
      left: [ownMetric(deployment, 'StoreBytes')],
      leftYAxis: { min: 0 },
      leftAnnotations: [{ value: LIMITS.storeBytes, label: 'limit' }],
      width: HALF,
    }),
    graph('Names, their changes and their problems', [
      ownMetric(deployment, 'OwnedEntries'),
      ownMetric(deployment, 'Changes'),
      ownMetric(deployment, 'Problems'),
    ]),
  ];
}

/** What grows with use, a day at a time, by list price and without anything free. Fixed items are in docs/operate/cost.md. */
function costRow({ deployment, routerFunctionName: router, updater }: FleetDashboardProps): Row {
  const period = Duration.days(1);
  const priced = (label: string, metric: cloudwatch.IMetric, price: { usd: number; per: number }) => {
    const id = label.replaceAll(/\W/g, '').toLowerCase();
    const expression = `${id} * ${price.usd} / ${price.per}`;
    return new cloudwatch.MathExpression({ expression, usingMetrics: { [id]: metric }, period, label });
  };
  const requests = routerMetric(router, 'calls', period);
  return [
    'What does it cost?',
    new cloudwatch.GraphWidget({
      title: 'US dollars a day',
      left: [
        priced('store API calls', ownMetric(deployment, 'StoreCalls', period), PRICES.storeCalls),
        priced('requests', requests, PRICES.cloudFrontRequests),
        priced('router', requests, PRICES.functionCalls),
        priced('store reads', requests, PRICES.storeReads),
        priced('updater', updater.metricInvocations({ period }), PRICES.lambdaCalls),
      ],
      stacked: true,
      width: HALF,
    }),
    graph('What they are made of', [requests], [ownMetric(deployment, 'StoreCalls', period)]),
  ];
}
