import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LOCAL_HEADER } from '../../../local/cloud-client.ts';
import {
  type CloudFile,
  readCloud,
  StateFolder,
  StateFolderError,
} from '../../../local/state/state-folder.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const cloudAt = (api: string): CloudFile => ({
  pid: process.pid,
  portal: 'http://localhost:8080/_proxy/',
  api,
  baseDomain: 'localhost',
});

/** A server that answers like the API of a running cloud. */
async function runningApi(): Promise<string> {
  const server = await serveOnLoopback((request, response) => {
    response.writeHead(request.headers[LOCAL_HEADER] === undefined ? 403 : 200).end('[]');
  });
  onTestFinished(() => server.close());
  return server.url;
}

/** The address of a server that accepts connections and closes them. */
async function hangingUp(): Promise<string> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

describe('a state folder', () => {
  test('is created with its subfolders', async () => {
    const path = join(await temporaryFolder(), 'new/state');
    const { logs, buckets } = await StateFolder.open(path);
    expect(existsSync(logs)).toBe(true);
    expect(readdirSync(buckets).sort()).toEqual(['access', 'access-logs', 'journal', 'site']);
  });

  test('names the running cloud until it is withdrawn', async () => {
    const path = await temporaryFolder();
    const folder = await StateFolder.open(path);
    const cloud = cloudAt(await runningApi());
    folder.announce(cloud);
    expect(await readCloud(path)).toEqual(cloud);
    folder.withdraw();
    expect(await readCloud(path)).toBeUndefined();
  });

  test('is refused while another cloud starts with it, and free after that cloud closes it', async () => {
    const path = await temporaryFolder();
    const folder = await StateFolder.open(path);
    await expect(StateFolder.open(path)).rejects.toThrow(
      new RegExp(`already running with ${path} \\(process ${process.pid}, which is starting or stopping\\)`),
    );
    folder.close();
    (await StateFolder.open(path)).close();
  });

  test('keeps the announcement of another cloud', async () => {
    const path = await temporaryFolder();
    const folder = await StateFolder.open(path);
    folder.announce(cloudAt('http://127.0.0.1:1'));
    const other = cloudAt(await runningApi());
    writeFileSync(join(path, 'cloud.json'), JSON.stringify(other));
    folder.withdraw();
    expect(await readCloud(path)).toEqual(other);
  });

  test('is refused while another cloud runs with it', async () => {
    const path = await temporaryFolder();
    (await StateFolder.open(path)).announce(cloudAt(await runningApi()));
    await expect(StateFolder.open(path)).rejects.toThrow(
      /already running with .* \(process \d+, http:\/\/localhost:8080\/_proxy\/\); use it, stop it, or choose another folder/,
    );
  });

  test.each(['', 'below/it'])('is refused if its path is a file: file/%s', async (below) => {
    const file = join(await temporaryFolder(), 'file');
    writeFileSync(file, '');
    const opening = StateFolder.open(join(file, below));
    await expect(opening).rejects.toThrow(StateFolderError);
    await expect(opening).rejects.toThrow(/cannot write to .*(?:ENOTDIR|EEXIST)/);
  });
});

describe('the file of a crashed cloud', () => {
  test.each([
    ['an address that does not answer any more', async () => cloudAt(await hangingUp())],
    ['no address', async () => ({ pid: 1 })],
    ['an invalid address', async () => cloudAt('http://127.0.0.1:not-a-port')],
    ['nothing', async () => null],
  ])('is ignored, and the folder can be used again: %s', async (_, left) => {
    const path = await temporaryFolder();
    writeFileSync(join(path, 'cloud.json'), JSON.stringify(await left()));
    expect(await readCloud(path)).toBeUndefined();
    await expect(StateFolder.open(path)).resolves.toBeInstanceOf(StateFolder);
  });

  test('is ignored if it is incomplete', async () => {
    const path = await temporaryFolder();
    writeFileSync(join(path, 'cloud.json'), '{"pid": 1, "ap');
    expect(await readCloud(path)).toBeUndefined();
  });

  test('is reported with a remedy if it is a folder', async () => {
    const path = await temporaryFolder();
    mkdirSync(join(path, 'cloud.json'));
    await expect(readCloud(path)).rejects.toThrow(/cannot read .*cloud\.json .*move it away or choose/);
  });
});
