import { expect, test } from 'vitest';
import { QUIET_SECONDS } from '../../updater/store/audit-schedule.ts';
import { Cloud, MINUTE, START } from './cloud/cloud.ts';
import { REGIONS } from './story/action.ts';
import { CALM } from './story/weather.ts';

const HOUR = 60 * MINUTE;
const SHOP = 'shop.dev.example.com';
const HEAD = 'journal/mirror/main.json';

/** A deployment with one app whose store was quiet for a week, and the calls that it makes to ask the store. */
async function quietDeployment() {
  const asked: number[] = [];
  const cloud = await Cloud.open(0, CALM, {
    trace: () => {},
    stateChanged: () => {},
    beforeWrite: () => {},
    afterRun: (run) => {
      for (let call = run.count('DescribeKeyValueStore'); call > 0; call--) asked.push(cloud.timeline.now);
    },
  });
  cloud.ec2.launch(1, REGIONS[0], true, { 'proxy:host': 'shop' });
  cloud.startSchedule();
  await cloud.timeline.until(START + 10 * MINUTE);
  const { doubtedAt, ...head } = JSON.parse(cloud.s3.get(HEAD)?.body ?? '');
  cloud.s3.put(HEAD, JSON.stringify({ ...head, doubtedAt: doubtedAt - QUIET_SECONDS }));
  cloud.lambda.recycle();
  const quietSince = cloud.timeline.now;
  await cloud.timeline.until(quietSince + 2 * MINUTE);
  return {
    cloud,
    /** Calls that asked the store between two times since the quiet week. */
    count: (from: number, to: number) =>
      asked.filter((at) => at >= quietSince + from && at < quietSince + to).length,
    until: (time: number) => cloud.timeline.until(quietSince + time),
  };
}

test('a quiet store is asked once a day; a foreign change is repaired within a day, and asked for each hour after it', {
  timeout: 120_000,
}, async () => {
  const { cloud, count, until } = await quietDeployment();
  await until(HOUR);
  // The new environment has asked when it took over.
  expect(count(0, HOUR)).toBe(1);
  cloud.kvs.update({ deletes: [SHOP] }, cloud.kvs.describe().etag);
  await until(22 * HOUR);
  expect([count(HOUR, 22 * HOUR), cloud.kvs.get(SHOP)]).toEqual([0, undefined]);
  await until(25 * HOUR);
  expect(cloud.kvs.get(SHOP)).toMatch(/#/);
  await until(28 * HOUR);
  expect(count(25 * HOUR, 28 * HOUR)).toBe(3);
});

test('a person who asks for an audit gets one at once, however quiet the store is', {
  timeout: 60_000,
}, async () => {
  const { cloud, until } = await quietDeployment();
  cloud.kvs.update({ deletes: [SHOP] }, cloud.kvs.describe().etag);
  await until(5 * MINUTE);
  expect(cloud.kvs.get(SHOP)).toBeUndefined();
  cloud.auditNow();
  await until(6 * MINUTE);
  expect(cloud.kvs.get(SHOP)).toMatch(/#/);
});
