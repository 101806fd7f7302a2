import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildCommandLine } from '../../build/clone/command-line.ts';
import { isCurrent } from '../../build/clone/manifest.mjs';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the command line of a clone', () => {
  test('is built from every source of its commands, and is current until one of its files changes', async () => {
    const folder = join(await temporaryFolder(), 'cli');
    expect(isCurrent(folder)).toBe(false);
    await buildCommandLine(folder);
    expect(isCurrent(folder)).toBe(true);
    const { inputs } = JSON.parse(readFileSync(`${folder}.manifest.json`, 'utf8'));
    const commands = readdirSync('cli/commands').map((name) => `cli/commands/${name}`);
    expect(Object.keys(inputs)).toEqual(
      expect.arrayContaining(['cli/main.ts', 'local/cloud.ts', 'core/wire/hostname.ts', ...commands]),
    );
    writeFileSync(join(folder, 'main.mjs'), 'export const main = () => 0;\n');
    expect(isCurrent(folder)).toBe(false);
  });

  test('keeps the chunks of earlier builds for a day, because a running command may load them', async () => {
    const folder = join(await temporaryFolder(), 'cli');
    await buildCommandLine(folder);
    const [young, old] = [join(folder, 'chunk-YOUNG.mjs'), join(folder, 'chunk-OLD.mjs')];
    for (const file of [young, old]) writeFileSync(file, '');
    const dayAgo = Date.now() / 1000 - 86_401;
    utimesSync(old, dayAgo, dayAgo);
    await buildCommandLine(folder);
    expect([young, old].map((file) => existsSync(file))).toEqual([true, false]);
    expect(isCurrent(folder)).toBe(true);
  });
});
