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
  look: 'each run that looked',
  news: 'each run with news',
  event: 'when it happens',
};

const HEAD = `# Metrics

<!-- Written by tools/docs/generate.ts from core/metrics.ts: change the table there and run \`npx tsx tools/docs/generate.ts\`. -->

The updater writes them into its log in CloudWatch's embedded metric format, which needs no call and no permission. The namespace
is \`${METRICS_NAMESPACE}\`; the only dimension, \`${METRICS_DIMENSION}\`, has the deployment id. Errors, throttles and duration of the
function, and the length and age of the queue, are AWS's own metrics.

| metric | unit | sent | read as | meaning |
| --- | --- | --- | --- | --- |
`;

const FOOT = `
*Each run that looked* is a run whose batch had a hint, the sweep of each minute included, and that could list the fleet and knew the store.
*Each run with news* is a run that received an API call or a state change, replays aside: it sends both figures, and one may be 0.
*When it happens* means that a zero is never sent: let an alarm treat missing data as not breaching. A formula of CloudWatch's on a metric
that was never sent is documented nowhere, so none of ours uses one. CloudWatch bills a custom metric for the hours in which it is
sent, so an event that never happens costs nothing.

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
