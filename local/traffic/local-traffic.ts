import { appendFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LogLine } from '../../core/traffic/access-record.ts';
import { formatLogKey, LOG_FOLDER, parseLogKey } from '../../core/traffic/log-key.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { DISTRIBUTION } from '../edge/function/edge-event.ts';
import { LocalLambda } from '../lambda/lambda.ts';
import { LOG_BUCKET, type StateFolder } from '../state/state-folder.ts';
import type { Teardown } from '../teardown.ts';
import { AccessLog } from './access-log.ts';

/** The access logs of a local cloud. */
export interface LocalTraffic {
  /** Adds a line. */
  add(line: LogLine): void;
  /** Resolves when all lines are in the bucket and counted. */
  flush(): Promise<void>;
}

/** The settings of {@link startTraffic}. */
export interface LocalTrafficOptions {
  folder: StateFolder;
  /** The endpoint of all services and its credentials. */
  api: { url: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** The built function that counts logs, `index.mjs`, or a function that builds it. It runs after the first request. */
  file: string | (() => Promise<string>);
  /** Time from the first line of a file to its delivery. */
  every: Milliseconds;
  onTrouble: (message: string) => void;
}

/** Starts the bucket of the access logs, with the deployed function behind it. */
export function startTraffic(options: LocalTrafficOptions, teardown: Teardown): LocalTraffic {
  const { folder, file, every, onTrouble } = options;
  const bucket = join(folder.buckets, LOG_BUCKET);
  const tidied = removeOldLogs(join(bucket, LOG_FOLDER)).catch((error: unknown) =>
    onTrouble(`access logs of earlier days cannot be removed: ${String(error)}`),
  );
  const logFile = join(folder.logs, 'traffic.log');
  const counter = new LocalLambda({
    file,
    env: environmentOf(options.api),
    print: (line) => appendFileSync(logFile, `${line}\n`),
  });
  teardown.add(() => counter.dispose());
  let isRunning = false;
  let isEnding = false;
  const count = async (key: string) => {
    // The last session may have ended before it counted its last log, so the first count is of the whole day, as after a failure.
    const event = isRunning ? createdEvent(key) : { day: parseLogKey(key)?.day };
    try {
      isRunning = true;
      await counter.invoke(event);
    } catch (error) {
      isRunning = false;
      onTrouble(
        `requests are logged but not counted: ${String(error)}; the log of the function is ${logFile}`,
      );
    }
  };
  const log = new AccessLog({
    every,
    deliver: async (key, body) => {
      await tidied;
      await mkdir(dirname(join(bucket, key)), { recursive: true });
      await writeFile(join(bucket, key), body);
      // A cold start would delay the end of a session. The next session counts this log.
      if (isRunning || !isEnding) await count(key);
    },
    onTrouble,
  });
  teardown.add(() => {
    isEnding = true;
    return log.flush();
  });
  return { add: (line) => log.add(line), flush: () => log.flush() };
}

/** Removes the logs of earlier days. Their sums stay, as they do for 30 days on AWS. */
async function removeOldLogs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const today = dirname(dirname(formatLogKey(DISTRIBUTION, new Date(), '')));
  const days = (await readdir(folder, { recursive: true })).filter((path) => /day=\d\d$/.test(path));
  const old = days.filter((path) => `${LOG_FOLDER}/${path}` !== today);
  await Promise.all(old.map((path) => rm(join(folder, path), { recursive: true })));
}

/** EventBridge's event for a new object (S3 User Guide, "EventBridge event message structure"). */
function createdEvent(key: string) {
  return {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: LOG_BUCKET }, object: { key }, reason: 'PutObject' },
  };
}

/** The variables of infra/traffic/traffic-function.ts, with the endpoint of the local AWS. */
function environmentOf({ url, region, credentials }: LocalTrafficOptions['api']): Record<string, string> {
  return {
    DEPLOYMENT: 'local',
    LOG_BUCKET,
    SITE_BUCKET: 'site',
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: url,
  };
}
