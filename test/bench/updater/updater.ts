import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildUpdater } from '../../../build/updater.ts';
import { startLocalCloud } from '../../../local/cloud.ts';
import { median } from '../figures/spread.ts';

/** Milliseconds from an event's publication to the store's acceptance, on loopback. */
export interface UpdaterFigures {
  runs: number;
  median: number;
  fastest: number;
  slowest: number;
}

const RUNS = 40;

/** Measures the warm updater bundle with launches: the time from each event to the write after it. */
export async function benchUpdater(): Promise<UpdaterFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-proxy-bench-'));
  await buildUpdater('dist/updater');
  const times: number[] = [];
  const cloud = await startLocalCloud({
    updaterFile: 'dist/updater/index.mjs',
    stateFolder: folder,
    port: 0,
    delays: { pending: 5 },
    onChange: (change) => times.push(change.eventToStore),
  });
  try {
    for (let n = 0; n <= RUNS; n++) {
      const tags = [{ key: 'proxy:host', value: `app-${n}` }];
      cloud.fleet.runInstances({
        imageId: 'ami-external',
        minCount: 1,
        maxCount: 1,
        tagSpecifications: [{ resourceType: 'instance', tags }],
      });
      await cloud.settled();
    }
  } finally {
    await cloud.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  // The first one is a cold start.
  const warm = times.slice(1);
  return {
    runs: warm.length,
    median: median(warm),
    fastest: Math.min(...warm),
    slowest: Math.max(...warm),
  };
}
