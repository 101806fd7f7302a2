import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Packing builds everything, and type checks read the CDK's: seconds, on a busy machine many. */
const PATIENCE = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'edge-proxy-package-'));
const modules = join(folder, 'node_modules');
const installed = join(modules, 'dynamic-edge-proxy');
let files: string[] = [];

/** The app that docs/use/construct.md shows. */
function documentedApp(): string {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readFileSync('docs/use/construct.md', 'utf8')) ?? [];
  return code;
}

/** As npm would install it, the dependencies linked: there may be no network. */
function install(tarball: string): void {
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of readdirSync('node_modules')) {
    if (name !== 'dynamic-edge-proxy' && !name.startsWith('.'))
      symlinkSync(resolve('node_modules', name), join(modules, name));
  }
}

beforeAll(() => {
  const json = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [packed] = JSON.parse(json) as { filename: string; files: { path: string }[] }[];
  files = packed?.files.map(({ path }) => path) ?? [];
  install(join(folder, packed?.filename ?? ''));
  for (const name of ['app.mts', 'app.cts']) writeFileSync(join(folder, name), documentedApp());
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('holds library, parts, command line and pages', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'cdk.json',
        'dist/index.js',
        'dist/types/infra/index.d.ts',
        'dist/edge/bare-router.js',
        'dist/edge/router.js',
        'dist/updater/index.mjs',
        'dist/updater/node_modules/aws-crt/dist/bin/linux-arm64-glibc/aws-crt-nodejs.node',
        'dist/publisher/index.mjs',
        'dist/publisher/node_modules/aws-crt/dist/bin/linux-arm64-glibc/aws-crt-nodejs.node',
        'dist/prefix-list/index.mjs',
        'infra/edge/store-seed.json',
        'portal/index.html',
        'portal/errors/unreachable.html',
        'bin/dynamic-edge-proxy.mjs',
        'LICENSE',
        'README.md',
      ]),
    );
  });

  test('holds nothing else: no tests, no documentation, no leftovers of other builds', () => {
    const known = /^(?:bin|build|cli|core|dist|edge|infra|local|portal|updater)\//;
    expect(files.filter((path) => !known.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'cdk.json',
      'package.json',
    ]);
    expect(files.filter((path) => path.startsWith('dist/edge/'))).toEqual([
      'dist/edge/bare-router.js',
      'dist/edge/router.js',
    ]);
    expect(files.filter((path) => /\.test\.|\.map$|tsconfig/.test(path))).toEqual([]);
  });

  test('says nothing of the machine that built it', () => {
    for (const path of files.filter((file) => /^dist\/.*\.(?:js|mjs|d\.ts|json)$/.test(file))) {
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
  execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder], { stdio: 'pipe' });
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

describe('an app that uses it as documented', () => {
  test(
    'passes a strict type check and is synthesized, as an ES module and as CommonJS',
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
});

test(
  'the command line runs from the package',
  () => {
    const output = execFileSync(process.execPath, [join(installed, 'bin/dynamic-edge-proxy.mjs'), 'help'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output).toMatch(/^usage: dynamic-edge-proxy COMMAND/);
  },
  PATIENCE,
);
