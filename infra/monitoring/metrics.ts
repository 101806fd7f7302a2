import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, METRICS_DIMENSION, METRICS_NAMESPACE, type MetricName } from '../../core/metrics.ts';
import { EDGE_REGION } from '../settings/deployment-settings.ts';

export const FIVE_MINUTES = Duration.minutes(5);

/** A metric that the updater sends; by default with the statistic of the table of metrics. */
export function ownMetric(deployment: string, name: MetricName, period = FIVE_MINUTES, statistic?: string) {
  return new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap: { [METRICS_DIMENSION]: deployment },
    statistic: statistic ?? METRICS[name].statistic,
    period,
  });
}

/** Metrics of a CloudFront function (DG, "Monitoring CloudFront Functions"). */
const ROUTER_METRICS = {
  calls: ['FunctionInvocations', 'Sum'],
  errors: ['FunctionExecutionErrors', 'Sum'],
  refused: ['FunctionValidationErrors', 'Sum'],
  throttled: ['FunctionThrottles', 'Sum'],
  utilization: ['FunctionComputeUtilization', 'p99'],
} as const;

/** A metric of the router. An alarm on it must be in us-east-1; a dashboard may be anywhere. */
export function routerMetric(
  functionName: string,
  name: keyof typeof ROUTER_METRICS,
  period = FIVE_MINUTES,
): cloudwatch.Metric {
  const [metricName, statistic] = ROUTER_METRICS[name];
  return new cloudwatch.Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    dimensionsMap: { FunctionName: functionName, Region: 'Global' },
    statistic,
    period,
    // CloudFront reports the metrics of all edge locations here (DG, "Monitoring CloudFront").
    region: EDGE_REGION,
  });
}

/**
 * Invocations of the concierge that ended without an answer, in all regions: viewers got 503. CloudFront counts them for each
 * distribution, so one alarm watches all copies.
 */
export function conciergeFailures(distributionId: string, period = FIVE_MINUTES): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/CloudFront',
    metricName: 'LambdaExecutionError',
    dimensionsMap: { DistributionId: distributionId, Region: 'Global' },
    statistic: 'Sum',
    period,
    region: EDGE_REGION,
  });
}
