import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTraffic } from '../../../build/traffic.ts';
import { useBrowser } from '../../support/pages/each-test.ts';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { cli } from '../../support/tools/cli.ts';

const FAR = 3_600_000;

/** Each question of a person has its answer after one action: one address of the portal, or one command. */
describe.skipIf(noBrowser)('one action answers', () => {
  const openPage = useBrowser();
  let cloud: TestCloud;
  let [folder, shop, docs, rival] = ['', '', '', ''];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-proxy-questions-'));
    await buildTraffic(folder);
    cloud = await startTestCloud({ accessLogs: { trafficFile: join(folder, 'index.mjs'), every: FAR } });
    shop = cloud.launch({ host: 'shop', ttl: '2h' });
    docs = await cloud.live('docs');
    rival = await cloud.live('shop');
    cloud.fleet.stopInstances([docs]);
    await cloud.settled();
    for (const path of ['/', '/cart', '/cart']) await cloud.ask('shop.localhost', path);
    await cloud.flushLogs();
  }, 90_000);
  afterAll(async () => {
    await cloud.dispose();
    await rm(folder, { recursive: true });
  });

  /** The words of a part of the portal, after its address was opened. */
  function answerAt(hash: string, part: string): Promise<string> {
    const provokes = /status of 404/;
    return openPage({ provokes }, async (page) => {
      await page.goto(`http://localhost:${cloud.port}/_proxy/${hash}`);
      const region = page.getByRole('region', { name: part, exact: true });
      await region.waitFor();
      // Documents beside the list come a moment later.
      await region.getByText('Loading').waitFor({ state: 'hidden' });
      return (await region.innerText()).replace(/\s+/g, ' ');
    });
  }

  const WHY = 'Why does this address show what it shows?';

  test('is mine up?', async () => {
    expect(await answerAt('#shop', 'shop.localhost')).toContain('Live');
  });

  test('since when?', async () => {
    expect(await answerAt('#shop', 'shop.localhost')).toMatch(/Live since \d\d:\d\d:\d\d, \d+ \w+ ago/);
  });

  test('who launched it?', async () => {
    expect(await answerAt('#shop', 'Instance')).toMatch(/running, started .* by \S+/);
  });

  test('which instance?', async () => {
    expect(await answerAt('#shop', 'Instance')).toContain(shop);
  });

  test('why 404?', async () => {
    const words = await answerAt('#explain=shpo', WHY);
    expect(words).toContain('The store has no entry for shpo.localhost.');
    expect(words).toContain('Did you mean shop.localhost?');
  });

  test('why 503?', async () => {
    const words = await answerAt('#explain=docs', WHY);
    expect(words).toContain('Asleep The instance is stopped.');
    expect(words).toMatch(/Last change: asleep at \S+ Cause: StopInstances by \S+/);
    expect(words).toContain(`dynamic-edge-proxy start ${docs}`);
  });

  test('who took my name?', async () => {
    const words = await answerAt('#shop', 'Problems of this name');
    expect(words).toContain(`${rival} claims shop.localhost, which already belongs to ${shop}`);
    expect(words).toContain(`dynamic-edge-proxy tag ${rival} proxy:host=shop-2`);
  });

  test('what changed at 14:00?', async () => {
    // The journal's folder stands for that of `npm start`.
    const since = new Date(Date.now() - 600_000).toISOString();
    const { code, out } = await cli('events', '--since', since, '--state', cloud.stateFolder);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`StopInstances.*${docs}`));
    expect(out).toContain('docs.localhost');
  });

  test('which app gets most requests?', async () => {
    expect(await answerAt('#oncall', 'Most requests in 24 hours')).toMatch(
      /App Requests 5xx shop\.localhost 3 0/,
    );
  });

  test('when does the lease end?', async () => {
    expect(await answerAt('#shop', 'shop.localhost')).toMatch(/Lease ends in 1 h 59 min/);
  });
});
