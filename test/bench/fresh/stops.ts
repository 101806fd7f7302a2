import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildConcierge } from '../../../build/concierge.ts';
import { buildUpdater } from '../../../build/updater.ts';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { LocalClock } from '../../../local/lambda/local-clock.ts';
import { launchBrowser, noBrowser } from '../../support/tools/browser.ts';
import { median, percentile } from '../figures/spread.ts';
import { withFolder } from '../with-folder.ts';

/** Milliseconds from the store's acceptance of a stop to the page that says so. */
export interface StopFigures {
  runs: number;
  median: number;
  p95: number;
  slowest: number;
}

const RUNS = 30;
const PROPAGATION = 30_000;
/** A person reloads so often until the page says why. */
const RELOAD_EVERY = 1_000;

/** Stops apps while a person reloads each of them in Chromium. The edge gets no write of a stop meanwhile. */
export async function benchStops(): Promise<StopFigures | undefined> {
  if (noBrowser) return undefined;
  const times = await withFolder(async (folder) => {
    const [updater, concierge] = [join(folder, 'updater'), join(folder, 'concierge')];
    await buildUpdater(updater);
    await buildConcierge(concierge);
    const clock = new LocalClock();
    const cloud = await startLocalCloud({
      updaterFile: join(updater, 'index.mjs'),
      signIn: { conciergeFile: join(concierge, 'index.mjs') },
      stateFolder: join(folder, 'state'),
      baseDomain: 'dev.localhost',
      port: 0,
      propagation: PROPAGATION,
      delays: { pending: 20, stopping: 10 },
      clock,
    });
    const browser = await launchBrowser();
    try {
      const ids = Array.from({ length: RUNS + 1 }, (_, n) => launch(cloud, `app-${n}`));
      await cloud.settled();
      clock.advance(PROPAGATION);
      const page = await browser.newPage();
      await page.goto(addressOf(cloud, 0));
      await page.getByRole('button', { name: 'alice' }).click();
      const times: number[] = [];
      for (const [n, id] of ids.entries()) times.push(await stop(cloud, page, n, id));
      // The first one is a cold start.
      return times.slice(1);
    } finally {
      await browser.close();
      await cloud.dispose();
    }
  });
  return {
    runs: times.length,
    median: median(times),
    p95: percentile(times, 95),
    slowest: percentile(times, 100),
  };
}

function launch({ fleet }: LocalCloud, host: string): string {
  const tags = [{ key: 'proxy:host', value: host }];
  const tagSpecifications = [{ resourceType: 'instance', tags }];
  const [launched] = fleet.runInstances({
    imageId: 'ami-hello',
    minCount: 1,
    maxCount: 1,
    tagSpecifications,
  });
  return launched?.id ?? '';
}

const addressOf = ({ port }: LocalCloud, n: number) => `http://app-${n}.dev.localhost:${port}/`;

async function stop(cloud: LocalCloud, page: Page, n: number, id: string): Promise<number> {
  const address = addressOf(cloud, n);
  await page.goto(address);
  await page.waitForURL(address);
  const accepted = new Promise<number>((resolve) => {
    const forget = cloud.store.onWrite(({ changed }) => {
      const value = changed.get(`app-${n}.dev.localhost`);
      if (decodeEntry(value ?? '')?.state !== 'asleep') return;
      forget();
      resolve(performance.now());
    });
  });
  cloud.fleet.stopInstances([id]);
  const heading = page.getByRole('heading', { name: 'Asleep' });
  for (;;) {
    await page.reload();
    const isShown = await heading.waitFor({ timeout: RELOAD_EVERY }).then(
      () => true,
      () => false,
    );
    if (isShown) return performance.now() - (await accepted);
  }
}

export function stopsPart({ runs, median, p95, slowest }: StopFigures): string {
  return [
    `A person reloads an app in Chromium each second while its instance stops, in a local cloud with sign-in whose store reaches the edge after ${PROPAGATION / 1_000} s. From the acceptance of the stop by the`,
    `store until the page says that the app is asleep: median **${median.toFixed(0)} ms**, p95 **${p95.toFixed(0)} ms**, slowest ${slowest.toFixed(0)} ms (${runs} stops, all services on loopback).`,
  ].join('\n');
}
