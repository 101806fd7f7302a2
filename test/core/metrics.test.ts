import { describe, expect, test } from 'vitest';
import { METRICS, METRICS_DIMENSION, METRICS_NAMESPACE, type MetricDefinition } from '../../core/metrics.ts';

const all = Object.entries<MetricDefinition>(METRICS);

describe('the table of metrics', () => {
  test('has names that CloudWatch takes and a dashboard can show', () => {
    expect(METRICS_NAMESPACE).toMatch(/^(?!AWS)[A-Za-z]{1,255}$/);
    expect(METRICS_DIMENSION).toMatch(/^[a-z]{1,255}$/);
    for (const [name] of all) expect(name).toMatch(/^[A-Z][A-Za-z]{2,40}$/);
  });

  test('fits into one record of the embedded metric format, which takes 100 metrics', () => {
    expect(all.length).toBeLessThanOrEqual(100);
  });

  test('sums counted events and never sums states', () => {
    for (const [name, { unit, sent, statistic }] of all) {
      if (sent === 'look') expect(statistic, name).toBe('Maximum');
      else expect(statistic, name).toBe(unit === 'Count' ? 'Sum' : 'p99');
    }
  });
});
