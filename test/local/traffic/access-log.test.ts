import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLine } from '../../../core/traffic/access-record.ts';
import { AccessLog } from '../../../local/traffic/access-log.ts';
import { logLine } from '../../traffic/log-lines.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function lineAt(time: string): LogLine {
  return JSON.parse(logLine({ 'timestamp(ms)': `${Date.parse(time)}` }));
}

/** A log with the files that it has delivered, as texts by key. */
function startLog(deliver: (key: string) => void = () => {}) {
  const files = new Map<string, string>();
  const troubles: string[] = [];
  const log = new AccessLog({
    every: 5_000,
    deliver: async (key, body) => {
      deliver(key);
      files.set(key, gunzipSync(body).toString());
    },
    onTrouble: (message) => troubles.push(message),
  });
  return { log, files, troubles };
}

test('a file has a JSON line for each request of an hour, under a key like those of CloudFront', async () => {
  const { log, files } = startLog();
  const lines = ['2026-11-30T05:59:59.999Z', '2026-11-30T06:00:00Z', '2026-11-30T06:00:01Z'].map(lineAt);
  for (const line of lines) log.add(line);
  await log.flush();
  const folder = 'cloudfront/distributionid=ELOCAL/year=2026/month=11/day=30';
  expect([...files.keys()].map((key) => key.replace(/\.[0-9a-f]{8}\.gz$/, ''))).toEqual([
    `${folder}/hour=05/ELOCAL.2026-11-30-05`,
    `${folder}/hour=06/ELOCAL.2026-11-30-06`,
  ]);
  const texts = [...files.values()].map((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  expect(texts).toEqual([lines.slice(0, 1), lines.slice(1)]);
});

test('a file is delivered some time after its first line, and nothing without lines', async () => {
  const { log, files } = startLog();
  log.add(lineAt('2026-11-30T05:00:00Z'));
  await vi.advanceTimersByTimeAsync(4_999);
  log.add(lineAt('2026-11-30T05:00:01Z'));
  expect(files.size).toBe(0);
  vi.advanceTimersByTime(1);
  await log.flush();
  expect([...files.values()].map((text) => text.split('\n').length)).toEqual([3]);
  vi.advanceTimersByTime(60_000);
  await log.flush();
  expect(files.size).toBe(1);
});

test('ten thousand lines are delivered at once, so that a flood does not fill the memory', async () => {
  const { log, files } = startLog();
  const line = lineAt('2026-11-30T05:00:00Z');
  for (let n = 0; n < 10_001; n++) log.add(line);
  await log.flush();
  expect([...files.values()].map((text) => text.split('\n').length - 1).sort()).toEqual([1, 10_000]);
});

test('a delivery that fails is told, and the next one succeeds', async () => {
  let isBroken = true;
  const { log, files, troubles } = startLog(() => {
    if (isBroken) throw new Error('no space left');
  });
  log.add(lineAt('2026-11-30T05:00:00Z'));
  await log.flush();
  isBroken = false;
  log.add(lineAt('2026-11-30T05:00:00Z'));
  await log.flush();
  expect(troubles).toEqual(['requests are not logged (1): Error: no space left']);
  expect(files.size).toBe(1);
});
