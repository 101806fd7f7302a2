#!/usr/bin/env bash
# aws-cron-parser 1.1.12 (120,000 downloads a month) reads the cron expressions of EventBridge. For a day that a month does not have it gives a day of the next month: "0 9 31 * ? *" after
# 30 November 2026 is 1 December, then 31 December. A rule runs in the months with that day only, as croner 11.0.1 and cron-parser 5.10.6 say of the same days in Unix's form.
# It accepts "L" as day of the week, which EventBridge documents as the last day of the week, and throws for the next time.
# Source: EventBridge User Guide, "Setting a schedule pattern for scheduled rules (legacy)". The last day of each month is "0 9 L * ? *".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts aws-cron-parser@1.1.12 croner@11.0.1 cron-parser@5.10.6
cat > see.mjs <<'JS'
import { createRequire } from 'node:module';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
const aws = createRequire(import.meta.url)('aws-cron-parser');
const start = new Date('2026-11-30T12:00:00Z');
const days = (dates) => dates.map((date) => date.toISOString().slice(0, 10)).join(' ');
function nextOfAws(text) {
  const [cron, dates] = [aws.parse(text), [start]];
  for (let i = 0; i < 3; i++) dates.push(aws.next(cron, dates.at(-1)));
  return days(dates.slice(1));
}
function nextOfUnix(text) {
  const iterator = CronExpressionParser.parse(text, { currentDate: start, tz: 'UTC' });
  const theirs = [1, 2, 3].map(() => iterator.next().toDate());
  return [days(new Cron(text, { timezone: 'UTC' }).nextRuns(3, start)), days(theirs)];
}
for (const [expression, unix] of [['0 9 31 * ? *', '0 9 31 * *'], ['0 9 29 2 ? *', '0 9 29 2 *'], ['0 9 28 * ? *', '0 9 28 * *']]) {
  console.log(`${expression}: aws-cron-parser ${nextOfAws(expression)}`);
  const [croner, cronParser] = nextOfUnix(unix);
  console.log(`${unix}: croner ${croner}, cron-parser ${croner === cronParser ? 'the same' : cronParser}`);
}
const cron = aws.parse('0 9 ? * L *');
try {
  console.log(`0 9 ? * L *: ${aws.next(cron, start).toISOString()}`);
} catch ({ message }) {
  console.log(`0 9 ? * L *: ${message}`);
}
JS
node see.mjs | tee seen
diff - seen <<'SEEN'
0 9 31 * ? *: aws-cron-parser 2026-12-01 2026-12-31 2027-01-31
0 9 31 * *: croner 2026-12-31 2027-01-31 2027-03-31, cron-parser the same
0 9 29 2 ? *: aws-cron-parser 2027-03-01 2028-02-29 2029-03-01
0 9 29 2 *: croner 2028-02-29 2032-02-29 2036-02-29, cron-parser the same
0 9 28 * ? *: aws-cron-parser 2026-12-28 2027-01-28 2027-02-28
0 9 28 * *: croner 2026-12-28 2027-01-28 2027-02-28, cron-parser the same
0 9 ? * L *: AwsCronParser : this shouldn't happen, but iter > 10
SEEN
