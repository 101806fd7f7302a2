import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildTraffic } from '../../build/traffic.ts';
import { Fault } from '../../core/schema.ts';
import { type DayFile, parseDay } from '../../core/traffic/day-file.ts';
import { formatLogKey } from '../../core/traffic/log-key.ts';
import { hoursSince } from '../../core/traffic/report.ts';
import type { LocalCloudOptions } from '../../local/cloud.ts';
import { startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sumHours } from '../support/traffic/sum-hours.ts';

const FAR = 3_600_000;

/** A cloud with access logs, which are delivered only on request. */
async function startLoggingCloud(options: Partial<LocalCloudOptions> = {}): Promise<TestCloud> {
  const folder = await temporaryFolder();
  await buildTraffic(folder);
  const accessLogs = { trafficFile: join(folder, 'index.mjs'), every: FAR };
  const cloud = await startTestCloud({ accessLogs, ...options });
  onTestFinished(() => cloud.dispose());
  return cloud;
}

/** The sums of all days, as the function wrote them. */
function readSums(stateFolder: string) {
  const folder = join(stateFolder, 's3/access-logs/traffic');
  const days = readdirSync(folder).map((name) => parseDay(readFileSync(join(folder, name), 'utf8')));
  return sumHours(
    hoursSince(
      days.filter((day): day is DayFile => !(day instanceof Fault)),
      0,
    ),
  );
}

test('a request through the whole cloud is logged, counted by the deployed function, and shown to the portal', async () => {
  const cloud = await startLoggingCloud();
  await cloud.live('shop');
  const before = Date.now();
  for (const path of ['/', '/cart', '/cart']) await cloud.ask('shop.localhost', path);
  await cloud.ask('nobody.localhost');
  await cloud.flushLogs();
  const sums = readSums(cloud.stateFolder);
  expect(sums.apps.get('shop.localhost')).toMatchObject({ requests: 3, serverErrors: 0 });
  expect(sums.unserved.get('nobody.localhost')).toMatchObject({ requests: 1, clientErrors: 1 });
  expect(sums.unreadable).toBe(0);
  const { body, headers } = await cloud.ask('localhost', '/_proxy/last-requests.json');
  const { lastRequests } = JSON.parse(body.toString());
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
  expect(Object.keys(lastRequests)).toEqual(['shop.localhost']);
  expect(Date.parse(lastRequests['shop.localhost'])).toBeGreaterThanOrEqual(before);
  // A second log of the same hour is added.
  await cloud.ask('shop.localhost');
  await cloud.flushLogs();
  expect(readSums(cloud.stateFolder).apps.get('shop.localhost')).toMatchObject({ requests: 4 });
  expect(cloud.troubles).toEqual([]);
});

test('a log of the end of a session is counted by the next session, and logs of earlier days are removed', async () => {
  const stateFolder = await temporaryFolder();
  const logs = join(stateFolder, 's3/access-logs');
  const first = await startLoggingCloud({ stateFolder });
  await first.live('shop');
  await first.ask('shop.localhost');
  await first.dispose();
  expect(existsSync(join(logs, 'traffic'))).toBe(false);
  const old = join(logs, formatLogKey('ELOCAL', new Date('2026-03-02T09:00:00Z'), 'old'));
  mkdirSync(dirname(old), { recursive: true });
  writeFileSync(old, '');
  const second = await startLoggingCloud({ stateFolder });
  await second.live('docs');
  await second.ask('docs.localhost');
  await second.flushLogs();
  expect([...readSums(stateFolder).apps.keys()].sort()).toEqual(['docs.localhost', 'shop.localhost']);
  expect(existsSync(dirname(old))).toBe(false);
});
