import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildConcierge } from '../../../build/concierge.ts';
import { buildUpdater } from '../../../build/updater.ts';
import { decodeEntry, type Entry } from '../../../core/entry/entry.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { LocalClock } from '../../../local/lambda/local-clock.ts';
import { launchBrowser, noBrowser } from '../../support/tools/browser.ts';
import { median, percentile } from '../figures/spread.ts';
import { withFolder } from '../with-folder.ts';

/** Milliseconds from the store's acceptance of a change to the page that shows it. */
export interface FreshFigures {
  runs: number;
  median: number;
  p95: number;
  slowest: number;
}

const RUNS = 30;
/** Milliseconds until a write of the store reaches the edge. */
export const PROPAGATION = 30_000;

/** One app in a local cloud with sign-in, and a person who looks at it in Chromium. */
export interface FreshApp {
  cloud: LocalCloud;
  page: Page;
  /** The id of its instance, which runs at first. */
  id: string;
  address: string;
  /** A part of a second, another one for each app, so that changes come at all times between two questions. */
  phaseMs: number;
  /** Resolves with the time at which the store accepts an entry of this state. */
  accepted(state: Entry['state']): Promise<number>;
  /** Lets the edge have all writes. */
  propagate(): void;
}

/**
 * Measures a change of many apps, one after the other. Undefined without a browser.
 *
 * @param pending milliseconds that an instance takes to start
 */
export async function measureFresh(
  measure: (app: FreshApp) => Promise<number>,
  pending = 20,
): Promise<FreshFigures | undefined> {
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
      delays: { pending, stopping: 10 },
      clock,
    });
    const browser = await launchBrowser();
    const propagate = () => clock.advance(PROPAGATION);
    try {
      const ids = Array.from({ length: RUNS + 1 }, (_, n) => launch(cloud, `app-${n}`));
      await cloud.settled();
      propagate();
      const page = await browser.newPage();
      await page.goto(addressOf(cloud, 0));
      await page.getByRole('button', { name: 'alice' }).click();
      const times: number[] = [];
      for (const [n, id] of ids.entries()) {
        const address = addressOf(cloud, n);
        await page.goto(address);
        await page.waitForURL(address);
        const accepted = (state: Entry['state']) => acceptedBy(cloud, `app-${n}.dev.localhost`, state);
        times.push(
          await measure({ cloud, page, id, address, phaseMs: (n * 618) % 1_000, accepted, propagate }),
        );
      }
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

function acceptedBy({ store }: LocalCloud, hostname: string, state: Entry['state']): Promise<number> {
  return new Promise((resolve) => {
    const forget = store.onWrite(({ changed }) => {
      if (decodeEntry(changed.get(hostname) ?? '')?.state !== state) return;
      forget();
      resolve(performance.now());
    });
  });
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
