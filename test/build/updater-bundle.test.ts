import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { hostCrtBinary } from '../../build/crt.ts';
import { buildUpdater } from '../../build/updater.ts';
import { serveOnLoopback } from '../support/aws/loopback.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SIGNED_CALL = fileURLToPath(new URL('../fixtures/updater/signed-call.ts', import.meta.url));

/** A store that records the path and the signature of each call. */
async function storeOnLoopback() {
  const asked: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = await serveOnLoopback((request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization });
    response.writeHead(200, { 'content-type': 'application/json', etag: 'E1' });
    response.end('{"ItemCount":0,"TotalSizeInBytes":0,"KvsARN":"arn","Created":1}');
  });
  return { ...server, asked };
}

function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return found.map((each) => relative(folder, join(each.parentPath, each.name))).sort();
}

describe('the updater bundle', () => {
  test("is one module with aws-crt's library for Lambda beside it, its version and its licence", async () => {
    const folder = await temporaryFolder();
    await buildUpdater(folder, SIGNED_CALL);
    expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'node_modules']);
    const crt = join(folder, 'node_modules/aws-crt');
    expect(filesIn(crt)).toEqual([
      'LICENSE',
      'NOTICE',
      'dist/bin/linux-arm64-glibc/aws-crt-nodejs.node',
      'package.json',
    ]);
  });

  test('has the same bytes after each build, in any folder', async () => {
    const folders = [await temporaryFolder(), await temporaryFolder()];
    for (const folder of folders) await buildUpdater(folder, SIGNED_CALL);
    const [first, second] = folders.map((folder) => readFileSync(join(folder, 'index.mjs'), 'utf8'));
    expect(first).toBe(second);
    expect(first).not.toContain(process.cwd());
  });

  test('runs unchanged on this machine, and signs with SigV4A', async () => {
    const folder = await temporaryFolder();
    await buildUpdater(folder, SIGNED_CALL);
    Object.assign(process.env, hostCrtBinary());
    const store = await storeOnLoopback();
    try {
      const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
      expect(await handler({ url: store.url })).toBe('E1');
      expect(store.asked).toEqual([
        {
          path: expect.stringMatching(/^\/key-value-stores\/arn%3Aaws%3Acloudfront/),
          authorization: expect.stringMatching(/^AWS4-ECDSA-P256-SHA256 Credential=AKIAEXAMPLE\//),
        },
      ]);
    } finally {
      await store.close();
    }
  });

  test('replaces an older build completely', async () => {
    const folder = await temporaryFolder();
    await buildUpdater(join(folder, 'updater'), SIGNED_CALL);
    await buildUpdater(join(folder, 'updater'));
    const code = readFileSync(join(folder, 'updater/index.mjs'), 'utf8');
    expect(code).toMatch(/export ?\{\s*handler\s*\}/);
    expect(code).not.toContain('AKIAEXAMPLE');
  });

  test('names errors and functions in stack traces as the sources do, on lines that fit a log', async () => {
    const error: Error = await import(pathToFileURL(inject('updaterFile')).href).catch((thrown) => thrown);
    expect(error.name).toBe('EnvironmentError');
    expect(error.stack).toMatch(/^EnvironmentError: .+\n +at need .+\n +at parseEnvironment /);
    const lines = readFileSync(inject('updaterFile'), 'utf8').split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(10_000);
  });

  test('has no code that starts a program, imports http or looks for other credentials', () => {
    const code = readFileSync(inject('updaterFile'), 'utf8');
    const left = [
      ...[/"(?:node:)?child_process"/, /from ?"(?:node:)?http"/, /import\("(?:node:)?http"\)/],
      ...[/sso_start_url/, /credential_process/, /AWS_CONTAINER_CREDENTIALS/],
    ].filter((pattern) => pattern.test(code));
    expect(left).toEqual([]);
  });
});
