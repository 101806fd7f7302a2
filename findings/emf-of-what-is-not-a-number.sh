#!/usr/bin/env bash
# @aws-lambda-powertools/metrics 2.36.0: NaN and Infinity pass addMetric() and are printed as `null`, without a warning, so the record names a metric that has no value. A
# metric that is added with a second unit throws, and the value of the first unit stays in the buffer for the next record.
# Our updater reads an event's time through instantOf (core/json.ts), so an age is a number, and each name has one unit in core/metrics.ts.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-lambda-powertools/metrics@2.36.0
cat > see.mjs <<'JS'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
const metrics = new Metrics({ namespace: 'N', serviceName: 's' });
for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
  metrics.addMetric('lag', MetricUnit.Seconds, value);
  console.log(`${value} is printed as ${JSON.parse(JSON.stringify(metrics.serializeMetrics())).lag}`);
  metrics.clearMetrics();
}
metrics.addMetric('lag', MetricUnit.Seconds, 1);
try {
  metrics.addMetric('lag', MetricUnit.Count, 2);
} catch (error) {
  console.log(error.message.split(',')[0]);
}
console.log(`left in the buffer: ${metrics.serializeMetrics().lag}`);
JS
node see.mjs 2>warnings | tee seen
[ ! -s warnings ] || { echo 'it warns now:'; cat warnings; exit 1; }
diff - seen <<'SEEN'
NaN is printed as null
Infinity is printed as null
Metric "lag" has already been added with unit "Seconds"
left in the buffer: 1
SEEN
