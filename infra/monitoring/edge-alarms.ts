import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { Alarms, type AlarmsProps } from './alarms.ts';
import { conciergeFailures, FIVE_MINUTES, routerMetric } from './metrics.ts';

/** The parts that only a deployment with sign-in has. */
interface SignInAlarmsProps {
  /** The distribution of the concierge. */
  distributionId: string;
  /** The router for our own pages. */
  siteRouterName: string;
}

/** Props of {@link EdgeAlarms}. */
export interface EdgeAlarmsProps extends AlarmsProps {
  /** The router. */
  functionName: string;
  /** Absent: viewers do not sign in. */
  signIn?: SignInAlarmsProps;
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
    if (props.signIn) this.addSignIn(props.signIn);
  }

  private addSignIn({ distributionId, siteRouterName }: SignInAlarmsProps): void {
    const metric = (name: Parameters<typeof routerMetric>[1]) => routerMetric(siteRouterName, name);
    const failures = new cloudwatch.MathExpression({
      // Most of these metrics have data only when something fails.
      expression: 'FILL(errors, 0) + FILL(refused, 0) + FILL(throttled, 0)',
      usingMetrics: {
        errors: metric('errors'),
        refused: metric('refused'),
        throttled: metric('throttled'),
      },
      period: FIVE_MINUTES,
    });
    this.add('site-router-failures', { metric: failures, threshold: 1, periods: [1, 1] });
    // One failed invocation may be that of a stopped environment.
    const concierge = conciergeFailures(distributionId);
    this.add('sign-in-errors', { metric: concierge, threshold: 2, periods: [1, 1] });
  }
}
