import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { EVERYTHING, templatesOf } from '../synth.ts';
import { permissionsPage } from './permissions-page.ts';

test('docs/operate/permissions.md has every statement of the templates: read the difference, then run with -u', async () => {
  const { edge, updater, remotes } = templatesOf(EVERYTHING);
  const shown = ['bus', 'region-us-east-1', 'account-444455556666', 'account-444455556666-us-east-1'];
  const stacks = new Map([
    ['edge-proxy-team-a-edge', edge],
    ['edge-proxy-team-a-updater', updater],
    ...[...remotes].filter(([name]) => shown.includes(name.replace('edge-proxy-team-a-', ''))),
  ]);
  await expect(permissionsPage(stacks)).toMatchFileSnapshot(resolve('docs/operate/permissions.md'));
});
