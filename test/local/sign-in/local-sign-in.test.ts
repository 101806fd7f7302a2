import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startLocalCloud } from '../../../local/cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test.each([
  [
    '',
    'sign-in does not work with no base domain: one session would open all apps; use a name below localhost, such as dev.localhost',
  ],
  [
    'localhost',
    'sign-in does not work with the base domain localhost: to a browser the names below it are different sites, and the apps of a deployment are not; use a name below localhost, such as dev.localhost',
  ],
  [
    'dev.example.test',
    'sign-in does not work with the base domain dev.example.test: without TLS a browser keeps no session there; use a name below localhost, such as dev.localhost',
  ],
])('sign-in is refused with the base domain %j, and nothing keeps running', async (baseDomain, message) => {
  const stateFolder = await temporaryFolder();
  const conciergeFile = 'none';
  const starting = startLocalCloud({
    updaterFile: 'none',
    stateFolder,
    baseDomain,
    port: 0,
    signIn: { conciergeFile },
  });
  await expect(starting).rejects.toThrow(expect.objectContaining({ name: 'NoSignInError', message }));
  expect(readdirSync(stateFolder)).not.toContain('lock');
});
