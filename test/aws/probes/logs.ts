import { Fault } from '../../../core/schema.ts';
import { dayKey, parseDay } from '../../../core/traffic/day-file.ts';
import { parseLogKey } from '../../../core/traffic/log-key.ts';
import { LABELS, type Run } from '../run.ts';
import { OUTPUTS } from '../steps/life-steps.ts';
import type { Probe } from './probe.ts';

/** The time limit for the first log. CloudFront promises none; a new delivery may take twelve hours. */
const PATIENCE_MS = 60 * 60_000;

const POLL_MS = 60_000;

/** Asked at the end, after requests of an app have had time to arrive. */
export const LOG_PROBE: Probe = {
  question:
    'Do access logs arrive, under keys that the reader knows, and does the function count them for the right app?',
  expected: 'within an hour (a new delivery may take up to twelve); the sums of the day name the test app',
  how: 'objects of the log bucket, each minute for an hour; then aws s3 cp of traffic/DAY.json',
  async run(run) {
    const bucket = await findBucket(run);
    const began = run.world.now();
    let seen = 'no log within an hour';
    while (run.world.now() - began < PATIENCE_MS) {
      run.interrupted.throwIfAborted();
      const keys = (await run.world.objects(bucket, 'cloudfront/')).map(({ key }) => key);
      const minutes = Math.round((run.world.now() - began) / 60_000);
      if (keys.length > 0) seen = `after ${minutes} min ${keys[0]}; ${await describeSums(run, bucket, keys)}`;
      if (seen.endsWith(COUNTED)) break;
      await run.world.sleep(POLL_MS);
    }
    return { seen, agrees: seen.endsWith(COUNTED) };
  },
};

const COUNTED = 'the test app is counted';

async function findBucket({ world }: Run): Promise<string> {
  const outputs = Object.values(await world.outputs(OUTPUTS)).flatMap((each) => Object.entries(each));
  const found = outputs.find(([name]) => name === 'AccessLogBucketName')?.[1];
  if (found !== undefined) return found;
  throw new Error(`${OUTPUTS} has no output AccessLogBucketName`);
}

/** Reads the sums of the days of some logs. */
async function describeSums({ world }: Run, bucket: string, keys: readonly string[]): Promise<string> {
  const days = [...new Set(keys.map((key) => parseLogKey(key)?.day))];
  if (days.includes(undefined)) return 'the reader does not know this key';
  const written = new Set((await world.objects(bucket, 'traffic/')).map(({ key }) => key));
  for (const key of days
    .flatMap((day) => (day === undefined ? [] : [dayKey(day)]))
    .filter((each) => written.has(each))) {
    const day = parseDay(
      await world.aws(['s3', 'cp', '--region', 'us-east-1', `s3://${bucket}/${key}`, '-']),
    );
    if (day instanceof Fault) return `${key} is not as expected: ${day}`;
    const apps = [...day.hours.values()].flatMap(({ apps: byName }) => [...byName.keys()]);
    if (apps.some((app) => app.split('.')[0] === LABELS.app)) return COUNTED;
  }
  return 'the test app is not counted yet';
}
