import type { Milliseconds } from '../../core/wire/brands.ts';
import { STATE } from '../cloud/running-cloud.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { parseSpan } from '../journal/times.ts';
import { printByApp, printByHour, printJson } from './print-traffic.ts';
import { type Report, readReport } from './read-traffic.ts';
import { selectPlace } from './traffic-place.ts';

/** Shows requests, errors, times and bytes by app, from the sums of the access logs. */
export const traffic: Command = {
  name: 'traffic',
  summary: 'Show requests, errors, times to the first byte and bytes by app, or of one app by hour.',
  words: { usage: '[NAME]', most: 1 },
  options: {
    since: { value: 'TIME', text: 'how far back, such as 30m, 24h or 7d; whole hours', fallback: '1h' },
    json: { text: 'print JSON' },
    deployment: { value: 'ID', text: 'a deployment on AWS, by its id' },
    from: { value: 'DIR|s3://NAME', text: 'folder with a copy of the log bucket, or the bucket' },
    ...STATE,
  },
  async run(given, terminal) {
    const until = Date.now();
    const since = until - parseSince(given.value('since'));
    const place = await selectPlace(given);
    const report = await readReport(place, { since, until, name: given.words[0] });
    for (const { key, fault } of report.unreadable)
      terminal.err(`! this version cannot read ${place.name}/${key}: ${fault}`);
    print(report, given.flag('json'), terminal);
    return 0;
  },
};

function print(report: Report, asJson: boolean, terminal: Terminal): void {
  if (asJson) printJson(report, terminal);
  else if (report.name === undefined) printByApp(report, terminal);
  else printByHour(report, terminal);
}

/** The logs and their sums are kept for this long (infra/traffic/access-logs.ts). */
const LONGEST: Milliseconds = 30 * 86_400_000;

function parseSince(text: string): Milliseconds {
  const span = parseSpan(text);
  if (span <= LONGEST) return span;
  throw new UsageError(
    `--since is "${text}"; expected minutes, hours or days up to 30d, the time for which logs are kept, such as 30m, 24h or 7d`,
  );
}
