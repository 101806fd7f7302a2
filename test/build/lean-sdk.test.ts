import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describe, expect, inject, test } from 'vitest';
import { buildLambda } from '../../build/lambda.ts';
import { leanSdk } from '../../build/sdk/lean-sdk.ts';
import { buildUpdaterBundle } from '../../build/updater.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EC2 = 'node_modules/@aws-sdk/client-ec2/dist-es/index.js';

/** Names of the operations whose schemas are in a bundle. */
function operationsIn(file: string): (string | undefined)[] {
  const found = readFileSync(file, 'utf8').matchAll(/(\w+)\$\d*=\[9,/g);
  return [...found].map(([, name]) => name).sort();
}

/** Builds a function that returns the schema of an EC2 command. */
async function buildUserOf(command: string): Promise<string> {
  const folder = await temporaryFolder();
  const source = join(folder, 'source.ts');
  const from = JSON.stringify(join(ROOT, EC2));
  writeFileSync(
    source,
    `import { ${command} } from ${from};\nexport const handler = () => new ${command}({}).schema;`,
  );
  await buildLambda(source, join(folder, 'built'));
  return join(folder, 'built/index.mjs');
}

/** Name and content of each schema in a file of the SDK. References to other schemas are functions, compared as text. */
async function schemasIn(file: string, plugins: Plugin[]): Promise<string[]> {
  const outfile = join(await temporaryFolder(), 'schemas.mjs');
  await build({
    entryPoints: [join(ROOT, file)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins,
  });
  const exported: Record<string, unknown> = await import(pathToFileURL(outfile).href);
  return Object.entries(exported)
    .filter(([, value]) => Array.isArray(value))
    .map(([name, schema]) => `${name} ${JSON.stringify(schema, (_, value) => asText(value))}`);
}

const asText = (value: unknown) => (typeof value === 'function' ? String(value) : value);

describe('the SDK in a built function', () => {
  test('has the schemas of the operations that the updater uses, and of no others', () => {
    expect(operationsIn(inject('updaterFile'))).toEqual([
      'AssumeRole',
      // The SDK itself refers to the next two.
      'AssumeRoleWithWebIdentity',
      'ChangeMessageVisibilityBatch',
      'CreateSession',
      'DescribeInstances',
      'DescribeKeyValueStore',
      'GetKey',
      'GetObject',
      'GetSecretValue',
      'ListKeys',
      'PutObject',
      'UpdateKeys',
    ]);
  });

  test('keeps the schemas of each operation that a source uses', async () => {
    const file = await buildUserOf('DescribeVolumesCommand');
    expect(operationsIn(file)).toEqual(['DescribeVolumes']);
    const { handler } = await import(pathToFileURL(file).href);
    const [, , name, , request, result] = handler();
    expect([name, request()[2], result()[2]]).toEqual([
      'DescribeVolumes',
      'DescribeVolumesRequest',
      'DescribeVolumesResult',
    ]);
  });

  test('fails the build if a source uses an operation that is missing', async () => {
    await expect(buildUserOf('DescribeNothingCommand')).rejects.toThrow(
      `No matching export in "${EC2}" for import "DescribeNothingCommand"`,
    );
  });

  test('has schemas with the same content as the SDK', async () => {
    const sources = await buildUpdaterBundle(await temporaryFolder());
    const files = sources.filter((path) => /\/schemas_\d+\.js$/.test(path));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const schemas = await schemasIn(file, [leanSdk]);
      expect(schemas.length).toBeGreaterThan(5);
      expect(schemas).toEqual(await schemasIn(file, []));
    }
  });
});
