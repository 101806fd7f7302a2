import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { LIMITS } from '../../core/wire/limits.ts';
import { type AlarmRule, Alarms, type AlarmsProps } from './alarms.ts';
import { FIVE_MINUTES, ownMetric } from './metrics.ts';

/** Props of {@link UpdaterAlarms}. */
export interface UpdaterAlarmsProps extends AlarmsProps {
  updater: lambda.IFunction;
  queue: sqs.IQueue;
  deadLetters: sqs.IQueue;
  undelivered: sqs.IQueue;
}

/** State changes without any API call before it counts as silence: a launch or a stop alone makes two. */
const STATE_CHANGES = 4;

/** Seconds that an event may wait: a sweep a minute takes everything with it. */
const MAX_WAIT_S = 300;

/** Once is enough to look at. */
const ONCE = { threshold: 1, periods: [1, 1] } as const;

/** One failure is an outage of AWS's that the next run repairs. */
const REPEATED = { threshold: 1, periods: [2, 3] } as const;

/** Alarms of everything in the home region. */
export class UpdaterAlarms extends Alarms {
  constructor(scope: Construct, id: string, props: UpdaterAlarmsProps) {
    super(scope, id, props);
    const { deployment, updater, queue, deadLetters, undelivered } = props;
    const period = FIVE_MINUTES;
    // The sweep makes five in each period: none is bad, and so is no data.
    const silent = { threshold: 1, below: true, periods: [2, 2], silence: 'bad' } as const;
    this.add('updater-silent', { metric: updater.metricInvocations({ period }), ...silent });
    this.add('updater-errors', { metric: updater.metricErrors({ period }), ...REPEATED });
    this.add('updater-throttled', { metric: updater.metricThrottles({ period }), ...REPEATED });
    this.add('queue-age', { metric: oldestMessageAge(queue), threshold: MAX_WAIT_S, periods: [1, 1] });
    this.add('dead-letters', messagesWaiting(deadLetters));
    this.add('undelivered', messagesWaiting(undelivered));
    this.add('listing-failures', { metric: ownMetric(deployment, 'FailedListings'), ...REPEATED });
    this.add('guard-trips', { metric: ownMetric(deployment, 'GuardTrips'), ...ONCE });
    const threshold = 0.8 * LIMITS.storeBytes;
    this.add('store-headroom', { metric: ownMetric(deployment, 'StoreBytes'), ...ONCE, threshold });
    this.add('api-calls-silent', { metric: missingCalls(deployment), ...ONCE });
    this.add('journal-failures', { metric: ownMetric(deployment, 'JournalFailures'), ...ONCE });
    this.add('publish-failures', { metric: ownMetric(deployment, 'PublishFailures'), ...REPEATED });
  }
}

/** Rings as long as there is a message in a queue that nobody empties but people. */
export function messagesWaiting(queue: sqs.IQueue): AlarmRule {
  const window = { period: FIVE_MINUTES, statistic: 'Maximum' };
  return { metric: queue.metricApproximateNumberOfMessagesVisible(window), ...ONCE };
}

function oldestMessageAge(queue: sqs.IQueue): cloudwatch.IMetric {
  const window = { period: Duration.minutes(1), statistic: 'Maximum' };
  return queue.metricApproximateAgeOfOldestMessage(window);
}

/**
 * 1 where six hours saw state changes and not one API call. The two come minutes apart, so a shorter time would ring
 * at its edges; an instance that shuts itself down changes its state without a call, so a few changes are none. A run
 * sends both figures or neither (core/metrics.ts): nothing has to be filled in for a metric that never was.
 */
function missingCalls(deployment: string): cloudwatch.IMetric {
  const period = Duration.hours(6);
  return new cloudwatch.MathExpression({
    expression: `IF(states >= ${STATE_CHANGES} AND calls < 1, 1, 0)`,
    usingMetrics: {
      states: ownMetric(deployment, 'StateChangeEvents', period),
      calls: ownMetric(deployment, 'ApiCallEvents', period),
    },
    period,
    label: 'states without calls',
  });
}
