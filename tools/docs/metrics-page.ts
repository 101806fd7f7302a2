import { fileURLToPath } from 'node:url';
import {
  METRICS,
  METRICS_DIMENSION,
  METRICS_NAMESPACE,
  type MetricDefinition,
  type MetricUnit,
} from '../../core/metrics.ts';
import { ALARMS, type AlarmDefinition } from '../../infra/monitoring/alarm-table.ts';

/** Where the metrics are documented. */
export const METRICS_FILE = fileURLToPath(new URL('../../docs/operate/metrics.md', import.meta.url));

const UNITS: Readonly<Record<MetricUnit, string>> = { Count: 'count', Milliseconds: 'ms', Bytes: 'bytes' };

const SENT: Readonly<Record<MetricDefinition['sent'], string>> = {
  run: 'each run',
  look: 'each run with a listing',
  news: 'each run with a call or state change',
  event: 'when it happens',
};

const HEAD = `# Metrics

<!-- Written by tools/docs/generate.ts from core/metrics.ts and infra/monitoring/alarm-table.ts: change the tables there and run \`npx tsx tools/docs/generate.ts\`. -->

The updater writes these metrics into its log in CloudWatch's embedded metric format, which needs no call and no permission. The namespace
is \`${METRICS_NAMESPACE}\`; the only dimension, \`${METRICS_DIMENSION}\`, has the deployment id. Errors, throttles and duration of the
function, and the length and age of the queue, are AWS's own metrics. They are free.

CloudWatch bills each metric of our own and each alarm, and ten of either are free. So [\`monitoring\`](../use/configuration.md#monitoring) is \`basic\` unless you ask for \`full\`. \`basic\` has the
metrics and alarms that a person must know of at once. The second and the third table say where it shows the others.

| metric | unit | sent | read as | meaning |
| --- | --- | --- | --- | --- |
`;

const FULL = `
## Metrics of \`full\` alone

| metric | unit | sent | read as | meaning | with \`basic\` |
| --- | --- | --- | --- | --- | --- |
`;

const ALARM_HEAD = `
## Alarms

Each alarm has a section in the [runbook](runbook.md).

| alarm | message | with \`basic\` |
| --- | --- | --- |
`;

const FOOT = `
## Reading them

*Each run with a listing* is a run whose batch had a hint, that could list the fleet, and that knew the store. The sweep of each minute is a hint.
*Each run with a call or state change* is a run that received an API call or a state change, not counting replays. It sends both figures, and one may be 0.
*When it happens* means that a zero is never sent, so let an alarm treat missing data as not breaching. CloudWatch does not document a
formula on a metric that was never sent, so none of ours uses one. CloudWatch bills a custom metric for the hours in which it is sent,
so a metric that is never sent costs nothing. It bills an alarm for each metric that the alarm reads, so \`api-calls-silent\` counts twice.

No metric carries a hostname, an instance id, an address, a token or a person's name.
`;

/** The page that documents every metric and alarm. */
export function metricsPage(): string {
  const metrics = Object.entries<MetricDefinition>(METRICS);
  const basic = metrics.filter(([, { otherwise }]) => otherwise === undefined);
  const full = metrics.filter(([, { otherwise }]) => otherwise !== undefined);
  return [
    HEAD,
    lines(basic.map(metricCells)),
    FULL,
    lines(full.map(([name, metric]) => [...metricCells([name, metric]), metric.otherwise ?? ''])),
    ALARM_HEAD,
    lines(Object.entries<AlarmDefinition>(ALARMS).map(alarmCells)),
    FOOT,
  ].join('');
}

function metricCells([name, { unit, sent, statistic, meaning }]: [string, MetricDefinition]): string[] {
  return [`\`${name}\``, UNITS[unit], SENT[sent], statistic, meaning];
}

function alarmCells([id, { message, otherwise }]: [string, AlarmDefinition]): string[] {
  return [`[\`${id}\`](runbook.md#${id})`, message, otherwise ?? 'the same'];
}

function lines(rows: readonly string[][]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
