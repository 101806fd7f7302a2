import type { Construct } from 'constructs';
import { Alarms, type AlarmsProps } from './alarms.ts';
import { routerMetric } from './metrics.ts';

/** Props of {@link EdgeAlarms}. */
export interface EdgeAlarmsProps extends AlarmsProps {
  /** Of the router. */
  functionName: string;
}

/**
 * Compute utilization from which throttling is likely: 71–100 by the Developer Guide, "Test functions". One viewer's dear
 * requests throttle everybody, so it is compared with the dearest one in a hundred.
 */
const NEAR_THROTTLING = 71;

/** Alarms of the router. They belong in us-east-1, where CloudFront's metrics are. */
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
  }
}
