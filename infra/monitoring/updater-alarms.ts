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

/** State changes without an API call that count as silence. A launch or a stop makes two. */
const STATE_CHANGES = 4;

/** Seconds that an event may wait: a run each minute takes everything that waits. */
const MAX_WAIT_S = 300;

/** A single occurrence is worth a look. */
const ONCE = { threshold: 1, periods: [1, 1] } as const;

/** A single failure is usually a short outage of AWS, and the next run repairs it. */
const REPEATED = { threshold: 1, periods: [2, 3] } as const;

/** Alarms of the updater, its queue and its metrics, in the home region. */
export class UpdaterAlarms extends Alarms {
  constructor(scope: Construct, id: string, props: UpdaterAlarmsProps) {
    super(scope, id, props);
    const { deployment, updater, queue, deadLetters, undelivered } = props;
    const period = FIVE_MINUTES;
    // The sweep makes five invocations in each period, so none, or no data, is bad.
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

/** Lasts as long as a message is in a queue that only people empty. */
export function messagesWaiting(queue: sqs.IQueue): AlarmRule {
  const window = { period: FIVE_MINUTES, statistic: 'Maximum' };
  return { metric: queue.metricApproximateNumberOfMessagesVisible(window), ...ONCE };
}

function oldestMessageAge(queue: sqs.IQueue): cloudwatch.IMetric {
  const window = { period: Duration.minutes(1), statistic: 'Maximum' };
  return queue.metricApproximateAgeOfOldestMessage(window);
}

/**
 * 1 where six hours have state changes but no API call. The two arrive minutes apart, so a shorter window would raise false
 * alarms at its edges. An instance that shuts itself down changes state without a call, so a few changes do not count. A run
 * sends both metrics or neither (core/metrics.ts), so no gap needs filling.
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
