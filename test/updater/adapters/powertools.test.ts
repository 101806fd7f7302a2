import { describe, expect, test } from 'vitest';
import { type Figures, METRICS, type MetricDefinition, type MetricName } from '../../../core/metrics.ts';
import { EmbeddedMetrics, powertoolsLog } from '../../../updater/adapters/powertools.ts';
import { consoleOutput } from '../../support/tools/console-output.ts';

interface Embedded extends Record<string, unknown> {
  _aws: {
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
}

/** Figures as CloudWatch reads them from the log. */
function embedded(...runs: Figures[]): Embedded[] {
  const output = consoleOutput();
  const metrics = new EmbeddedMetrics('main', 'full');
  for (const figures of runs) metrics.send(figures);
  return output.lines().map((line) => JSON.parse(line));
}

const NAMES = Object.keys(METRICS) as MetricName[];

describe('embedded metrics', () => {
  test('are one line with every metric of the table, its unit, and the deployment as the only dimension', () => {
    const [line, ...others] = embedded(Object.fromEntries(NAMES.map((name, index) => [name, [index]])));
    expect(others).toEqual([]);
    const { _aws, ...values } = line as Embedded;
    expect(_aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'DynamicEdgeProxy',
        Dimensions: [['deployment']],
        Metrics: NAMES.map((Name) => ({ Name, Unit: (METRICS[Name] as MetricDefinition).unit })),
      },
    ]);
    expect(values).toEqual({
      deployment: 'main',
      ...Object.fromEntries(NAMES.map((name, index) => [name, index])),
    });
  });

  test('carry every value of a metric that has several', () => {
    expect(embedded({ Runs: [1], EventAge: [5, 7] })).toMatchObject([{ Runs: 1, EventAge: [5, 7] }]);
  });

  test('take several lines if there are more values than one line can have', () => {
    const ages = Array.from({ length: 250 }, (_, index) => index);
    const lines = embedded({ EventAge: ages, Runs: [1] });
    expect(lines.flatMap((line) => line['EventAge'])).toEqual(ages);
    for (const line of lines) {
      expect(line).toMatchObject({
        deployment: 'main',
        _aws: { CloudWatchMetrics: [{ Dimensions: [['deployment']] }] },
      });
    }
  });

  test('of basic monitoring leave out the metrics that a free one shows as well', () => {
    const output = consoleOutput();
    const metrics = new EmbeddedMetrics('main', 'basic');
    metrics.send({ Runs: [1], Problems: [2], StoreBytes: [3] });
    metrics.send({ Runs: [1] });
    const lines = output.lines().map((line) => JSON.parse(line));
    expect(lines).toEqual([{ _aws: expect.anything(), deployment: 'main', Problems: 2 }]);
  });

  test('carry no value over to the next run', () => {
    expect(embedded({ Runs: [1], Drift: [3] }, { Runs: [1] })[1]).not.toHaveProperty('Drift');
  });
});

describe('the log', () => {
  test('is a line of JSON with level, message, time and the facts', () => {
    const output = consoleOutput();
    powertoolsLog()({
      level: 'WARN',
      message: 'mirror not saved',
      error: 'SlowDown',
      durations: { total: 3 },
    });
    expect(output.lines().map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        ...{ level: 'WARN', message: 'mirror not saved', error: 'SlowDown', durations: { total: 3 } },
        ...{ service: 'dynamic-edge-proxy', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
      }),
    ]);
  });

  test('includes errors, and omits lines for debugging', () => {
    const output = consoleOutput();
    const log = powertoolsLog();
    for (const level of ['DEBUG', 'INFO', 'WARN', 'ERROR', undefined]) log({ level, message: 'x' });
    expect(output.lines().map((line) => JSON.parse(line).level)).toEqual(['INFO', 'WARN', 'ERROR', 'INFO']);
  });
});
