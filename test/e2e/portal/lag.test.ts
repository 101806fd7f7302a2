import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildTraffic } from '../../../build/traffic.ts';
import { FETCH } from '../../support/stands/sign-in/http-browser.ts';
import { startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOUR = 3_600_000;

test('a hint that the router honours tells the engineer on call that the edge was behind', async () => {
  const folder = await temporaryFolder();
  await buildTraffic(folder);
  const accessLogs = { trafficFile: join(folder, 'index.mjs'), every: HOUR };
  const cloud = await startSignInCloud({ propagation: HOUR, accessLogs });
  onTestFinished(() => cloud.dispose());
  cloud.clock.advance(HOUR);
  const id = await cloud.live('late');
  cloud.fleet.stopInstances([id]);
  await cloud.settled();
  cloud.clock.advance(HOUR);
  const browser = await cloud.signedIn('late');
  cloud.fleet.startInstances([id]);
  await cloud.settled();
  cloud.clock.advance(7_000);
  await browser.open(cloud.at('late', '/_proxy/api/arrive?to=%2F'));
  cloud.clock.advance(12_000);
  expect((await browser.open(cloud.at('late'))).status).toBe(200);
  await cloud.flushLogs();
  await browser.open(cloud.at('', '/_proxy/'));
  const { body } = await browser.send(cloud.at('', '/_proxy/traffic.json'), { headers: FETCH });
  const { lags } = JSON.parse(body);
  expect(lags).toEqual([{ at: expect.any(String), milliseconds: expect.any(Number) }]);
  expect(lags[0].milliseconds).toBeGreaterThan(17_000);
});
