import type { Construct } from 'constructs';
import { Alarms, type AlarmsProps } from './alarms.ts';
import { conciergeFailures, routerMetric } from './metrics.ts';

/** Props of {@link EdgeAlarms}. */
export interface EdgeAlarmsProps extends AlarmsProps {
  /** The router. */
  functionName: string;
  /** The distribution of the concierge. Absent: viewers do not sign in. */
  distributionId?: string;
}

/**
 * Compute utilization from which throttling is likely: 71–100 by the Developer Guide, "Test functions". Expensive requests
 * of one viewer throttle all viewers, so the 99th percentile counts.
 */
const NEAR_THROTTLING = 71;

/** Alarms of the router and of sign-in, in us-east-1 with CloudFront's metrics. */
export class EdgeAlarms extends Alarms {
  constructor(scope: Construct, id: string, props: EdgeAlarmsProps) {
    super(scope, id, props);
    const metric = (name: Parameters<typeof routerMetric>[1]) => routerMetric(props.functionName, name);
    this.add('router-errors', { metric: metric('errors'), threshold: 1, periods: [1, 1] });
    this.add('router-refused', { metric: metric('refused'), threshold: 1, periods: [1, 1] });
    this.add('router-throttled', { metric: metric('throttled'), threshold: 1, periods: [1, 1] });
    this.add('router-utilization', {
      metric: metric('utilization'),
      threshold: NEAR_THROTTLING,
      periods: [3, 3],
    });
    if (props.distributionId === undefined) return;
    // One failed invocation may be that of a stopped environment.
    const failures = conciergeFailures(props.distributionId);
    this.add('sign-in-errors', { metric: failures, threshold: 2, periods: [1, 1] });
  }
}
