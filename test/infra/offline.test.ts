import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SYNTH = fileURLToPath(new URL('../fixtures/infra/synth-everything.ts', import.meta.url));

/** A network namespace of its own has no network, not even loopback. Some containers do not allow one. */
const ISOLATED = ['unshare', '--map-root-user', '--net'];
const [tool = '', ...options] = ISOLATED;
const isolate = spawnSync(tool, [...options, 'true']).status === 0;

test(`synth works without credentials${isolate ? ', without a network' : ''}, and without a look-up`, () => {
  const [command = '', ...args] = [
    ...(isolate ? ISOLATED : []),
    ...[process.execPath, '--import', 'tsx', SYNTH],
  ];
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', CDK_VALIDATION: 'false' };
  const output = execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(JSON.parse(output)).toEqual({ stacks: 11, missing: [] });
}, 60_000);
