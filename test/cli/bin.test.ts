import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { isCurrent } from '../../build/clone/manifest.mjs';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'bin/dynamic-edge-proxy.mjs');
const FLEET = join(ROOT, 'test/fixtures/instances/fleet.json');

const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('the command `dynamic-edge-proxy`', () => {
  test('has the name of the package, so that npx finds it, and works without a build', () => {
    expect(packageJson.bin).toEqual({ [packageJson.name]: 'bin/dynamic-edge-proxy.mjs' });
    expect(statSync(BIN).mode & 0o111).toBe(0o111);
    expect(readFileSync(BIN, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each(readdirSync(join(ROOT, 'bin')).filter((file) => file.endsWith('.mjs')))(
    '%s is plain JavaScript that needs no dependency to load',
    (file) => {
      const program = parse(readFileSync(join(ROOT, 'bin', file), 'utf8'), {
        ecmaVersion: 2024,
        sourceType: 'module',
        allowHashBang: true,
      });
      const imported = program.body.flatMap((node) =>
        node.type === 'ImportDeclaration' ? [String(node.source.value)] : [],
      );
      for (const name of imported) expect(name).toMatch(/^(?:node:|\.\/\w+\.mjs$)/);
    },
  );

  test('works from any folder and prints only its result', async () => {
    const { NODE_NO_WARNINGS: _, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: __, ...env } = process.env;
    const args = [BIN, 'entries', '--from', FLEET, '--now', '2026-11-20T09:00Z'];
    const options = { cwd: await temporaryFolder(), env, encoding: 'utf8', timeout: 15_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(JSON.parse(stdout).entries)).toEqual(['nap', 'preview', 'shop']);
    expect(isCurrent(join(ROOT, 'dist/cli'))).toBe(true);
  });
});

test('works in a clone that its user must not write to', async () => {
  const clone = await temporaryFolder();
  cpSync(join(ROOT, 'bin'), join(clone, 'bin'), { recursive: true });
  const shared = ['build', 'cli', 'node_modules', 'package-lock.json', 'package.json', 'tsconfig.json'];
  for (const name of shared) symlinkSync(join(ROOT, name), join(clone, name));
  // Even root cannot make a folder there.
  symlinkSync('/sys', join(clone, 'dist'));
  const args = [join(clone, 'bin/dynamic-edge-proxy.mjs'), 'name', 'Feature/One'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 15_000 });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'feature-one\n', stderr: '' });
});

describe('a command of the repository', () => {
  test.each(['sim', 'bench'])('(%s) refuses a misspelt option before it begins', (name) => {
    const args = ['--import', 'tsx', join(ROOT, 'test', name, 'main.ts'), '--hepl'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: ROOT });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      `${name}: unknown option --hepl; did you mean --help?\nusage: npm run ${name} -- [`,
    );
  });
});
