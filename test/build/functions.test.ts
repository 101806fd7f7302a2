import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildChanged } from '../../build/functions.ts';
import { buildLambda } from '../../build/lambda.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A function of two sources, which were written before its build, and a count of its builds. */
async function exampleFunction() {
  const sources = await temporaryFolder();
  const folder = join(await temporaryFolder(), 'example');
  const write = (name: string, code: string) => {
    writeFileSync(join(sources, name), code);
    utimesSync(join(sources, name), 0, 0);
  };
  write('handler.ts', "import { answer } from './answer.ts';\nexport const handler = () => answer;\n");
  write('answer.ts', "export const answer = 'first';\n");
  const example = { builds: 0, during: () => {} };
  const build = async (outdir: string) => {
    example.builds += 1;
    const read = await buildLambda(join(sources, 'handler.ts'), outdir);
    example.during();
    return read;
  };
  const built = () => readFileSync(join(folder, 'index.mjs'), 'utf8');
  return { example, folder, sources, write, built, buildChanged: () => buildChanged({ [folder]: build }) };
}

describe('a function of the CDK app', () => {
  test('is not built again while nothing has changed', async () => {
    const { example, folder, buildChanged } = await exampleFunction();
    await buildChanged();
    const { ino } = statSync(folder);
    await buildChanged();
    expect(example.builds).toBe(1);
    expect(statSync(folder).ino).toBe(ino);
  });

  test('is built again after a change of any source, also of one with the same size and time', async () => {
    const { example, write, built, buildChanged } = await exampleFunction();
    await buildChanged();
    write('answer.ts', "export const answer = 'other';\n");
    await buildChanged();
    expect(built()).toContain('other');
    write('handler.ts', 'export const handler = () => 42;\n');
    await buildChanged();
    expect(built()).toContain('42');
    expect(example.builds).toBe(3);
  });

  test.each([
    ['its bundle is missing', (folder: string) => rmSync(join(folder, 'index.mjs'))],
    ['its bundle was edited', (folder: string) => writeFileSync(join(folder, 'index.mjs'), '')],
    ['another file is in its folder', (folder: string) => writeFileSync(join(folder, 'left.mjs'), '')],
    ['its folder is missing', (folder: string) => rmSync(folder, { recursive: true })],
    ['its manifest is missing', (folder: string) => rmSync(`${folder}.manifest.json`)],
    ['its manifest is empty', (folder: string) => writeFileSync(`${folder}.manifest.json`, '')],
    ['its manifest says nothing', (folder: string) => writeFileSync(`${folder}.manifest.json`, 'null')],
  ])('is built again if %s', async (_, damage) => {
    const { example, folder, built, buildChanged } = await exampleFunction();
    await buildChanged();
    damage(folder);
    await buildChanged();
    expect(example.builds).toBe(2);
    expect(built()).toContain('first');
  });

  test('is built again if a source changed during the build', async () => {
    const { example, sources, built, buildChanged } = await exampleFunction();
    example.during = () => writeFileSync(join(sources, 'answer.ts'), "export const answer = 'late';\n");
    await buildChanged();
    expect(built()).toContain('first');
    await buildChanged();
    expect(built()).toContain('late');
  });

  test('depends on the installed packages and on the code that builds it', async () => {
    const { folder, buildChanged } = await exampleFunction();
    await buildChanged();
    const { inputs } = JSON.parse(readFileSync(`${folder}.manifest.json`, 'utf8'));
    expect(Object.keys(inputs)).toEqual(
      expect.arrayContaining([
        ...['package-lock.json', 'node_modules/.package-lock.json', 'tsconfig.json'],
        ...['build/lambda.ts', 'build/clone/manifest.mjs'],
      ]),
    );
  });
});
