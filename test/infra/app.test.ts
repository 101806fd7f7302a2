import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('an app without viewers names the settings to pass, without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^setting allowedCidrs is missing: .*-c public=true to admit everybody\n$/);
});
