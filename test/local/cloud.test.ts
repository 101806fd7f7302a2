import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import { PortInUseError } from '../../local/ports.ts';
import { readCloud, StateFolderError } from '../../local/state/state-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { threadUpdater } from '../support/thread-updater.ts';
import { until } from '../support/until.ts';
import { freePort, startOrigin } from './edge/edge-stand.ts';

/** A cloud in a folder of the test's own; disposed after the test, if it still runs. */
async function startIn(stateFolder: string, options: Partial<Parameters<typeof startLocalCloud>[0]> = {}) {
  const updaterFile = threadUpdater();
  const cloud = await startLocalCloud({ updaterFile, stateFolder, port: 0, propagation: 0, ...options });
  onTestFinished(() => cloud.dispose());
  return cloud;
}

/** An updater that writes down the address of its AWS, and prints its messages. */
async function printingUpdater(more = '', atStart = ''): Promise<string> {
  const file = join(await temporaryFolder(), 'index.mjs');
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(new URL('at', import.meta.url), process.env.KVS_ENDPOINT);
     ${atStart}
     export const handler = async ({ Records }) => { for (const { body } of Records) console.log(body); ${more} };`,
  );
  return file;
}

/** The last known AWS address of an updater that has started. */
const apiOf = (updaterFile: string) => readFileSync(join(dirname(updaterFile), 'at'), 'utf8');

const isRefused = (url: string) =>
  fetch(url)
    .then(() => false)
    .catch(() => true);

describe('a local cloud', () => {
  test('is found by its state folder while it runs, and stops completely', async () => {
    const folder = await temporaryFolder();
    const cloud = await startIn(folder);
    expect(await readCloud(folder)).toMatchObject({ pid: process.pid, api: cloud.api.url });
    await cloud.dispose();
    expect(existsSync(join(folder, 'cloud.json'))).toBe(false);
    expect(await isRefused(cloud.api.url)).toBe(true);
    expect(await isRefused(`http://127.0.0.1:${cloud.port}/`)).toBe(true);
  });

  test('serves its portal and is found while the updater is being built', async () => {
    let finish = (_file: string) => {};
    const built = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const port = await freePort();
    const folder = await temporaryFolder();
    const starting = startIn(folder, { port, updaterFile: () => built });
    const portal = await until('the portal', () =>
      fetch(`http://127.0.0.1:${port}/_proxy/`, { headers: { host: 'localhost' } }).catch(() => undefined),
    );
    const found = await until('the cloud', () => readCloud(folder));
    finish(threadUpdater());
    await starting;
    expect(portal.status).toBe(200);
    expect(found).toMatchObject({ portal: `http://localhost:${port}/_proxy/` });
  });

  test('shows a command in its portal that works from any folder', async () => {
    const folder = await temporaryFolder();
    await startIn(folder);
    const page = readFileSync(join(folder, 's3/site/_proxy/index.html'), 'utf8');
    const command = /<code>(.*) launch --host shop --port 3000<\/code>/.exec(page)?.[1] ?? '';
    const options = { cwd: await temporaryFolder(), shell: true, encoding: 'utf8' } as const;
    expect(spawnSync(`${command} help`, options).stdout).toContain('usage: dynamic-edge-proxy COMMAND');
  });

  test('can be disposed twice', async () => {
    const cloud = await startIn(await temporaryFolder());
    await cloud.dispose();
    await expect(cloud.dispose()).resolves.toBeUndefined();
  });

  test('ignores the files of an earlier cloud in its folder', async () => {
    const folder = await temporaryFolder();
    const earlier = await startIn(folder);
    const tags = [{ key: 'proxy:host', value: 'shop' }];
    const tagSpecifications = [{ resourceType: 'instance' as const, tags }];
    earlier.fleet.runInstances({ imageId: 'ami-hello', minCount: 1, maxCount: 1, tagSpecifications });
    await earlier.settled();
    expect(earlier.store.entries.size).toBe(1);
    await earlier.dispose();
    const cloud = await startIn(folder);
    await cloud.settled();
    expect(cloud.store.entries.size).toBe(0);
    expect(cloud.storeCalls).toMatchObject({ DescribeKeyValueStore: 1, ListKeys: 1, UpdateKeys: 0 });
    const routes = gunzipSync(readFileSync(join(folder, 's3/site/_proxy/routes.json')));
    expect(JSON.parse(String(routes))).toMatchObject({ routes: [] });
  });

  test('sweeps at its start and then regularly, each time with a new id', async () => {
    const folder = await temporaryFolder();
    await startIn(folder, { updaterFile: await printingUpdater(), sweepEvery: 10 });
    const log = join(folder, 'logs/updater.log');
    await until('output', () => existsSync(log));
    const lines = () => readFileSync(log, 'utf8').split('\n').slice(0, -1);
    const sweeps = () => lines().filter((line) => line.includes('Scheduled Event'));
    await until('three sweeps', () => sweeps().length >= 3);
    expect(new Set(sweeps().map((line) => JSON.parse(line).id)).size).toBe(sweeps().length);
  });

  test('reports a failing updater', async () => {
    const troubles: string[] = [];
    await startIn(await temporaryFolder(), {
      updaterFile: await printingUpdater(`throw new RangeError('of no use');`),
      onTrouble: (message) => troubles.push(message),
    });
    await until('trouble', () => troubles.length > 0);
    expect(troubles[0]).toBe(
      'the updater failed on a batch of 1 event, which comes back in 120 s: FunctionError: RangeError: of no use',
    );
  });
});

describe('a cloud that fails to start', () => {
  test('names the error of the build of its updater, and stops its parts', async () => {
    const port = await freePort();
    const updaterFile = () => Promise.reject(new Error('updater/handler.ts:1: syntax error'));
    await expect(startIn(await temporaryFolder(), { port, updaterFile })).rejects.toThrow('syntax error');
    expect(await isRefused(`http://127.0.0.1:${port}/`)).toBe(true);
  });

  test('names the port in use, and stops its parts', async () => {
    const folder = await temporaryFolder();
    const port = await startOrigin(() => {});
    const updaterFile = await printingUpdater();
    await expect(startIn(folder, { port, updaterFile })).rejects.toThrow(PortInUseError);
    expect(await isRefused(apiOf(updaterFile))).toBe(true);
    expect(existsSync(join(folder, 'cloud.json'))).toBe(false);
  });

  test('names the error of its updater, and stops its parts', async () => {
    const updaterFile = await printingUpdater('', `throw new Error('the variable X is missing');`);
    const starting = startIn(await temporaryFolder(), { updaterFile });
    await expect(starting).rejects.toThrow('the variable X is missing');
    expect(await isRefused(apiOf(updaterFile))).toBe(true);
  });

  test('does not disturb the cloud that runs with its folder', async () => {
    const folder = await temporaryFolder();
    const cloud = await startIn(folder);
    await expect(startIn(folder)).rejects.toThrow(StateFolderError);
    expect(await readCloud(folder)).toMatchObject({ api: cloud.api.url });
  });
});
