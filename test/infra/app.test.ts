import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('an app without viewers names the settings to pass, without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^setting allowedCidrs is missing: .*-c public=true to admit everybody, or -c signInIssuer=\S+ with its companions to admit people who sign in\n$/,
  );
});

test('a synth validates templates only if it is asked, and `npm run check` asks', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const key = 'dynamic-edge-proxy:validate';
  expect(read('cdk.json').context[key]).toBe(false);
  expect(read('package.json').scripts.check).toMatch(`npm run synth -- -c ${key}=true`);
  expect(readFileSync('bin/app.ts', 'utf8')).toContain(`'${key}'`);
});
