import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { transformSync } from 'esbuild';

/** The version of SST that is measured, and the integrity that the npm registry states for it. */
export const PEER = {
  package: 'sst-linux-x64',
  version: '4.17.1',
  integrity:
    'sha512-DtIm3XkpzWb9yS4ZSgxg5KuOHRHhBk66y9lzVw6E/GBfUDdVOES2pbQUuFHuAq2tPJpbzuxGH7trdylAGD+TxA==',
} as const;

/** The namespace of the router's keys: 4 hexadecimal digits in SST. */
export const NAMESPACE = 'a1b2';

/**
 * Downloads the package into the folder and returns the text of the program, which carries the sources of its components.
 *
 * @throws Error without the registry, or if the package is another one
 */
export function downloadPeer(folder: string): string {
  run('npm', ['pack', '--silent', '--pack-destination', folder, `${PEER.package}@${PEER.version}`]);
  const file = join(folder, `${PEER.package}-${PEER.version}.tgz`);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (integrity !== PEER.integrity) throw new Error(`${file} has ${integrity}, expected ${PEER.integrity}`);
  run('tar', ['-xzf', file, '-C', folder]);
  return readFileSync(join(folder, 'package/bin/sst'), 'latin1');
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}

/**
 * Makes the function that SST deploys for a router with a domain and routes that are added later, as its `router.ts` does.
 *
 * @throws Error if the sources look different
 */
export function buildPeer(program: string): string {
  const limit = 10_240 - 512;
  const router = between(program, 'export const CF_ROUTER_INJECTION = minify`', '\n}`;');
  const code = `${router}\n}`.replace(/\$\{CLOUDFRONT_FUNCTION_SAFE_HEADER_LIMIT\}/, String(limit));
  const minified = transformSync(code, { minifyWhitespace: true, minifySyntax: true, target: 'es2018' });
  const lazy = program.slice(program.indexOf('function handleLazyRoutes() {'));
  const template = between(lazy, 'code: interpolate`', '`,\n');
  return vm.runInNewContext(`\`${template}\``, {
    userInjection: '',
    blockCloudfrontUrlInjection: between(program, 'export const CF_BLOCK_CLOUDFRONT_URL_INJECTION = `', '`;'),
    CF_ROUTER_INJECTION: minified.code,
    kvNamespace: NAMESPACE,
  }) as string;
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`SST ${PEER.version} has no text from ${start} to ${end}`);
  return text.slice(from + start.length, to);
}
