import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTree, THIS_TREE, withOlderNames } from './trees.ts';

async function folderWith(...files: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

const OLDER = ['infra/bundles/updater.ts', 'bin/edge-proxy.mjs'];
const TSX = 'node_modules/tsx/package.json';

describe('a tree to measure', () => {
  test('is this checkout', () => {
    expect(THIS_TREE).toMatchObject({
      name: 'this build',
      builder: join(THIS_TREE.root, 'build/updater.ts'),
    });
  });

  test('has the places of its time', async () => {
    const root = await folderWith(...OLDER, TSX);
    expect(openTree(root, 'older')).toEqual({
      name: 'older',
      root,
      builder: join(root, 'infra/bundles/updater.ts'),
      program: join(root, 'bin/edge-proxy.mjs'),
    });
  });

  test('is refused with the reason: another folder, or no dependencies', async () => {
    const other = await folderWith('bin/edge-proxy.mjs', TSX);
    expect(() => openTree(other)).toThrow(`${other} is not a checkout of this project`);
    const bare = await folderWith(...OLDER);
    expect(() => openTree(bare)).toThrow(`${bare} has no dependencies; run npm ci there`);
  });

  test('gets the variables under their older names, too', () => {
    expect(withOlderNames({ DEPLOYMENT: 'main', REGIONS: 'us-east-1' })).toEqual({
      DEPLOYMENT: 'main',
      OWNER: 'main',
      REGIONS: 'us-east-1',
    });
  });
});
