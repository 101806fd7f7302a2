import { fileURLToPath } from 'node:url';
import {
  METRICS,
  METRICS_DIMENSION,
  METRICS_NAMESPACE,
  type MetricDefinition,
  type MetricUnit,
} from '../../core/metrics.ts';

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

<!-- Written by tools/docs/generate.ts from core/metrics.ts: change the table there and run \`npx tsx tools/docs/generate.ts\`. -->

The updater writes these metrics into its log in CloudWatch's embedded metric format, which needs no call and no permission. The namespace
is \`${METRICS_NAMESPACE}\`; the only dimension, \`${METRICS_DIMENSION}\`, has the deployment id. Errors, throttles and duration of the
function, and the length and age of the queue, are AWS's own metrics.

| metric | unit | sent | read as | meaning |
| --- | --- | --- | --- | --- |
`;

const FOOT = `
*Each run with a listing* is a run whose batch had a hint, that could list the fleet, and that knew the store. The sweep of each minute is a hint.
*Each run with a call or state change* is a run that received an API call or a state change, not counting replays. It sends both figures, and one may be 0.
*When it happens* means that a zero is never sent, so let an alarm treat missing data as not breaching. CloudWatch does not document a
formula on a metric that was never sent, so none of ours uses one. CloudWatch bills a custom metric for the hours in which it is sent,
so a metric that is never sent costs nothing.

No metric carries a hostname, an instance id, an address, a token or a person's name.
`;

/** The page that documents every metric. */
export function metricsPage(): string {
  const rows = Object.entries<MetricDefinition>(METRICS).map(
    ([name, { unit, sent, statistic, meaning }]) =>
      `| \`${name}\` | ${UNITS[unit]} | ${SENT[sent]} | ${statistic} | ${meaning} |`,
  );
  return `${HEAD}${rows.join('\n')}\n${FOOT}`;
}
