import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { buildPublisher } from '../../infra/bundles/publisher.ts';
import { functionApi } from '../support/function-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test("the publisher's bundle is one module that answers CloudFormation as the source does", async () => {
  const folder = await temporaryFolder();
  buildPublisher(folder);
  expect(readdirSync(folder)).toEqual(['index.mjs']);
  const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
  const api = await functionApi(() => ({
    ComputeUtilization: '',
    FunctionErrorMessage: '',
    FunctionOutput: '',
  }));
  onTestFinished(() => api.close());
  await handler({ RequestType: 'Delete', ResponseURL: api.responseUrl, PhysicalResourceId: 'one' });
  expect(api.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'one' }]);
});
