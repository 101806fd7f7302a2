import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HttpBrowser } from '../support/stands/sign-in/http-browser.ts';

/** Milliseconds: packing builds everything, and the type check reads the CDK's types. */
const PATIENCE = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'edge-proxy-package-'));
const modules = join(folder, 'node_modules');
const installed = join(modules, 'dynamic-edge-proxy');
let files: string[] = [];
let unpackedSize = Number.NaN;

const PEERS = ['aws-cdk-lib', 'constructs'];

/** Bytes that an install may add to the peers. */
const SIZE_LIMIT = 20_000_000;

/** The app that docs/use/construct.md shows. */
function documentedApp(): string {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readFileSync('docs/use/construct.md', 'utf8')) ?? [];
  return code;
}

/** Installs it like npm, next to its peers only. They are linked, because there may be no network. */
function install(tarball: string): void {
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of PEERS) symlinkSync(resolve('node_modules', name), join(modules, name));
}

beforeAll(() => {
  const json = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [packed] = JSON.parse(json) as {
    filename: string;
    unpackedSize: number;
    files: { path: string }[];
  }[];
  files = packed?.files.map(({ path }) => path) ?? [];
  unpackedSize = packed?.unpackedSize ?? Number.NaN;
  install(join(folder, packed?.filename ?? ''));
  for (const name of ['app.mts', 'app.cts']) writeFileSync(join(folder, name), documentedApp());
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('has library, parts, command line, pages and licences', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/dynamic-edge-proxy.mjs',
        'cdk.json',
        'dist/package/THIRD-PARTY-NOTICES.txt',
        'dist/package/cli/main.mjs',
        'dist/package/concierge-gate/index.mjs',
        'dist/package/concierge/index.mjs',
        'dist/package/crt/node_modules/aws-crt/dist/bin/linux-arm64-glibc/aws-crt-nodejs.node',
        'dist/package/edge/bare-router.js',
        'dist/package/edge/headers.js',
        'dist/package/edge/public-bare-router.js',
        'dist/package/edge/public-router.js',
        'dist/package/edge/router.js',
        'dist/package/edge/sign-in-router.js',
        'dist/package/edge/site-router.js',
        'dist/package/index.js',
        'dist/package/local-updater/index.mjs',
        'dist/package/portal/errors/unreachable.html',
        'dist/package/portal/index.html',
        'dist/package/portal/portal.css',
        'dist/package/portal/portal.js',
        'dist/package/prefix-list/index.mjs',
        'dist/package/publisher/index.mjs',
        'dist/package/types/infra/index.d.ts',
        'dist/package/updater/index.mjs',
        'infra/edge/store-seed.json',
        'local/lambda/lambda-runtime.mjs',
        'portal/errors/unreachable.html',
      ]),
    );
  });

  test('has nothing else: no sources, no tests, no documentation, no leftovers of other builds', () => {
    const known = /^(?:bin\/[\w-]+\.mjs$|dist\/package\/|portal\/errors\/)/;
    expect(files.filter((path) => !known.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'cdk.json',
      'infra/edge/store-seed.json',
      'local/lambda/lambda-runtime.mjs',
      'package.json',
    ]);
    expect(files.filter((path) => /(?<!\.d)\.ts$|\.map$|tsconfig/.test(path))).toEqual([]);
  });

  test('installs in 20 MB beside aws-cdk-lib and constructs, and needs no other package', () => {
    const described = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(described).not.toHaveProperty('dependencies');
    expect(described).not.toHaveProperty('optionalDependencies');
    expect(Object.keys(described.peerDependencies)).toEqual(PEERS);
    expect(unpackedSize).toBeLessThan(SIZE_LIMIT);
  });

  test('contains no path of the machine that built it', () => {
    for (const path of files.filter((file) => /^dist\/.*\.(?:js|mjs|d\.ts|json|txt)$/.test(file))) {
      expect(readFileSync(join(installed, path), 'utf8').includes(process.cwd()), path).toBe(false);
    }
  });
});

/** Compiles the documented app, strictly, to an ES module and to CommonJS. */
function compile(): void {
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true },
    ...{ target: 'ES2022', module: 'NodeNext', types: [] },
  };
  const config = { compilerOptions, files: ['app.mts', 'app.cts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], {
    stdio: 'pipe',
  });
}

/** Names of the stacks that an app synthesizes. */
function stacksOf(app: string): string[] {
  const outdir = join(folder, `out-${app}`);
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' };
  execFileSync(process.execPath, [app], { cwd: folder, env, stdio: 'pipe' });
  const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; displayName: string; properties: { stackName?: string } }>;
  };
  return Object.values(artifacts)
    .filter(({ type }) => type === 'aws:cloudformation:stack')
    .map(({ displayName, properties }) => properties.stackName ?? displayName);
}

describe('the documented app', () => {
  test(
    'passes a strict type check and synthesizes, as an ES module and as CommonJS',
    () => {
      compile();
      for (const app of ['app.mjs', 'app.cjs']) {
        expect(stacksOf(app).sort(), app).toEqual([
          'Mine',
          'MineAtHome',
          'edge-proxy-main-edge',
          'edge-proxy-main-region-us-east-1',
          'edge-proxy-main-updater',
        ]);
      }
    },
    PATIENCE,
  );

  test('deploys updater and publisher with the native signer beside each', () => {
    const out = join(folder, 'out-app.mjs');
    const native = 'node_modules/aws-crt/dist/bin/linux-arm64-glibc/aws-crt-nodejs.node';
    const assets = readdirSync(out).filter((name) => existsSync(join(out, name, native)));
    expect(assets).toHaveLength(2);
    for (const name of assets) expect(existsSync(join(out, name, 'index.mjs')), name).toBe(true);
  });
});

/** An app whose viewers sign in. */
const SIGN_IN_APP = `
const { App } = require('aws-cdk-lib');
const { Certificate } = require('aws-cdk-lib/aws-certificatemanager');
const { DynamicEdgeProxy, Viewers } = require('dynamic-edge-proxy');
const app = new App();
new DynamicEdgeProxy(app, 'Proxy', {
  deployment: 'team-a',
  baseDomain: 'dev.example.com',
  certificate: Certificate.fromCertificateArn(app, 'Given', 'arn:aws:acm:us-east-1:111122223333:certificate/0'),
  viewers: Viewers.signedIn({
    issuer: 'https://login.example.com',
    clientId: 'proxy',
    secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sign-in-AbCdEf',
  }),
});
`;

describe('an app with sign-in', () => {
  test(
    'deploys the shipped router that checks sessions, and the shipped function that signs viewers in',
    () => {
      writeFileSync(join(folder, 'signed-in.cjs'), SIGN_IN_APP);
      expect(stacksOf('signed-in.cjs').sort()).toEqual([
        'edge-proxy-team-a-edge',
        'edge-proxy-team-a-updater',
      ]);
      const out = join(folder, 'out-signed-in.cjs');
      const [router, siteRouter] = ['sign-in-router.js', 'site-router.js'].map((file) =>
        readFileSync(join(installed, 'dist/package/edge', file), 'utf8')
          .replaceAll('base-domain.invalid', 'dev.example.com')
          .replaceAll('-deployment-', 'team-a'),
      );
      const { Resources } = JSON.parse(readFileSync(join(out, edgeTemplateIn(out)), 'utf8'));
      const codes = Object.values<{ Properties?: { FunctionCode?: string } }>(Resources).map(
        ({ Properties }) => Properties?.FunctionCode,
      );
      expect(codes).toContain(router);
      expect(codes).toContain(siteRouter);
      const concierge = readFileSync(join(installed, 'dist/package/concierge/index.mjs'), 'utf8');
      const files = readdirSync(out).map((name) => join(out, name, 'index.mjs'));
      expect(files.filter(existsSync).map((file) => readFileSync(file, 'utf8'))).toContain(concierge);
    },
    PATIENCE,
  );
});

function edgeTemplateIn(out: string): string {
  return readdirSync(out).find((name) => /edge.*\.template\.json$/.test(name)) ?? '';
}

/** The command line in the folder of the app, with a state folder of its own. */
function commandLine(...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', XDG_STATE_HOME: join(folder, 'state') };
  return [
    process.execPath,
    [join(installed, 'bin/dynamic-edge-proxy.mjs'), ...args],
    { cwd: folder, env },
  ] as const;
}

describe('the command line of the package', () => {
  test(
    'shows its commands',
    () => {
      const [node, args, options] = commandLine('--help');
      expect(execFileSync(node, args, { ...options, encoding: 'utf8' })).toMatch(
        /^usage: dynamic-edge-proxy COMMAND/,
      );
    },
    PATIENCE,
  );

  test(
    'serves apps and portal by `local`, with the shipped router and updater',
    async () => {
      const port = await startLocal('cloud');
      expect(await pageOf(port, 'hello.localhost')).toMatch(/hello/i);
      expect(await pageOf(port, 'localhost', '/_proxy/')).toMatch(/<!doctype html>/i);
      expect(await pageOf(port, 'localhost', '/_proxy/portal.js')).toMatch(/^import/);
    },
    PATIENCE,
  );

  test(
    'signs people in by `local --sign-in`, with the shipped function and its own provider',
    async () => {
      const port = await startLocal('signed-in-cloud', '--sign-in');
      const vault = `http://vault.dev.localhost:${port}/`;
      const browser = new HttpBrowser();
      const { address } = await browser.open(vault);
      const page = await browser.open(`${address}/alice`, { method: 'POST' });
      expect([page.address, page.status]).toEqual([vault, 200]);
      expect(page.body).toContain('Welcome, <b>alice@example.com</b>');
    },
    PATIENCE,
  );
});

/** Starts `local` with a state folder of its own; the end of the test ends it. Returns its port. */
async function startLocal(state: string, ...flags: string[]): Promise<number> {
  const [node, args, options] = commandLine('local', ...flags, '--port', '0', '--state', join(folder, state));
  const local = spawn(node, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (local.exitCode !== null) return;
    local.kill();
    await once(local, 'exit');
  });
  return portIn(local.stdout);
}

/**
 * The port in the greeting of `local`, which appears when the demo apps answer. It reads on, because `local` ends with its
 * reader.
 */
function portIn(output: Readable): Promise<number> {
  return new Promise((done, fail) => {
    let heard = '';
    output.on('data', (part) => {
      heard += part;
      const found = /http:\/\/hello\.(?:dev\.)?localhost:(\d+)\//.exec(heard);
      if (found) done(Number(found[1]));
    });
    output.on('end', () => fail(new Error(`local ended: ${heard}`)));
  });
}

/** The page in a browser, which resolves `*.localhost` to this machine. */
async function pageOf(port: number, hostname: string, path = '/'): Promise<string> {
  const headers = { host: `${hostname}:${port}`, accept: 'text/html' };
  const call = request({ host: '127.0.0.1', port, path, headers }).end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return text(response);
}
