import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseLogKey } from '../../../core/traffic/log-key.ts';
import { StateFolder } from '../../../local/state/state-folder.ts';
import { Teardown } from '../../../local/teardown.ts';
import { startTraffic } from '../../../local/traffic/local-traffic.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { logLine } from '../../traffic/log-lines.ts';

const API = {
  url: 'http://127.0.0.1:9',
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
};

/** A function that fails at first, and then prints its events. */
const HANDLER = `let calls = 0;
export const handler = async (event) => {
  if (calls++ === 0) throw new Error('no memory');
  console.log(JSON.stringify(event));
};
`;

test('the first count is of the whole day, also after a failure, and later counts are of one log', async () => {
  const path = await temporaryFolder();
  const file = join(path, 'index.mjs');
  writeFileSync(file, HANDLER);
  const folder = await StateFolder.open(join(path, 'state'));
  const teardown = new Teardown();
  onTestFinished(async () => {
    await teardown.run();
    folder.close();
  });
  const troubles: string[] = [];
  const options = {
    folder,
    api: API,
    file,
    every: 3_600_000,
    onTrouble: (text: string) => troubles.push(text),
  };
  const traffic = startTraffic(options, teardown);
  for (const _log of [1, 2, 3]) {
    traffic.add(JSON.parse(logLine()));
    await traffic.flush();
  }
  expect(troubles).toEqual([
    `requests are logged but not counted: FunctionError: Error: no memory; the log of the function is ${join(folder.logs, 'traffic.log')}`,
  ]);
  const logFile = join(folder.logs, 'traffic.log');
  const linesOf = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n') : []);
  // The output of a thread may arrive after its answer.
  await until('two lines of the function', () => linesOf().length === 2);
  const [first, second] = linesOf();
  expect(JSON.parse(first ?? '')).toEqual({ day: '2026-11-30' });
  const { source, detail } = JSON.parse(second ?? '');
  expect({ source, place: parseLogKey(detail.object.key) }).toMatchObject({
    source: 'aws.s3',
    place: { day: '2026-11-30', hour: 5 },
  });
});
