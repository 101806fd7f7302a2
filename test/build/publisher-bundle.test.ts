import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostCrtBinary } from '../../build/crt.ts';
import { buildPrefixList, buildPublisher } from '../../build/custom-resources.ts';
import { functionApi } from '../support/aws/function-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUNDLES = [
  ['publisher', buildPublisher, ['index.mjs', 'node_modules']],
  ['prefix list', buildPrefixList, ['index.mjs']],
] as const;

describe.each(BUNDLES)("the %s's bundle", (_, build, files) => {
  test('is one module, with aws-crt for Lambda if it signs, and answers CloudFormation like its source', async () => {
    const folder = await temporaryFolder();
    await build(folder);
    expect(readdirSync(folder).sort()).toEqual(files);
    Object.assign(process.env, hostCrtBinary());
    const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
    const api = await functionApi(() => ({
      ComputeUtilization: '',
      FunctionErrorMessage: '',
      FunctionOutput: '',
    }));
    onTestFinished(() => api.close());
    const ResourceProperties = { FunctionName: 'router', ListName: 'list' };
    await handler({
      ...{ RequestType: 'Delete', ResponseURL: api.responseUrl, PhysicalResourceId: 'one' },
      ResourceProperties,
    });
    expect(api.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'one' }]);
  });
});
