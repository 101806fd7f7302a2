import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FunctionError, LocalLambda } from '../../../local/lambda/lambda.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

/** A function with this code as its bundle; it is disposed after the test. */
async function lambdaOf(code: string, env: Record<string, string> = {}) {
  const file = join(await temporaryFolder(), 'index.mjs');
  writeFileSync(file, code);
  const lines: string[] = [];
  const lambda = new LocalLambda({ file, env, print: (line) => lines.push(line) });
  onTestFinished(() => lambda.dispose());
  await lambda.warm();
  return { lambda, lines };
}

const COUNTER = 'let calls = 0; export const handler = async (event) => ({ calls: ++calls, event });';

describe('a function', () => {
  test('returns the result of its handler, and stays warm', async () => {
    const { lambda } = await lambdaOf(COUNTER);
    expect(await lambda.invoke({ Records: [] })).toEqual({ calls: 1, event: { Records: [] } });
    expect(await lambda.invoke('again')).toEqual({ calls: 2, event: 'again' });
  });

  test('gets a new request id each time', async () => {
    const { lambda } = await lambdaOf('export const handler = async (_, { awsRequestId }) => awsRequestId;');
    const ids = [await lambda.invoke({}), await lambda.invoke({})];
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('has only its own variables', async () => {
    const { lambda } = await lambdaOf('export const handler = async () => process.env;', {
      DEPLOYMENT: 'me',
    });
    expect(await lambda.invoke({})).toEqual({ DEPLOYMENT: 'me' });
  });

  test('prints line by line', async () => {
    const { lambda, lines } = await lambdaOf(
      `export const handler = async () => { console.log('one\\ntwo'); console.error('three'); };`,
    );
    await lambda.invoke({});
    await until('its output', () => lines.length === 3);
    expect([...lines].sort()).toEqual(['one', 'three', 'two']);
  });
});

describe('a function that fails', () => {
  test('returns a function error with name and message, and stays usable', async () => {
    const { lambda } = await lambdaOf(
      `export const handler = async (event) => { if (event.bad) throw new RangeError('too bad'); return 'good'; };`,
    );
    await expect(lambda.invoke({ bad: true })).rejects.toThrow(new FunctionError('RangeError: too bad'));
    expect(await lambda.invoke({})).toBe('good');
  });

  test.each([
    ['exits', 'process.exit(1)'],
    ['has an uncaught error', `setTimeout(() => { throw new Error('stray'); })`],
  ])('starts cold again when its environment %s', async (_, fault) => {
    const { lambda } = await lambdaOf(
      `let calls = 0;
       export const handler = (event) => event.bad ? new Promise(() => { ${fault} }) : { calls: ++calls };`,
    );
    expect(await lambda.invoke({})).toEqual({ calls: 1 });
    await expect(lambda.invoke({ bad: true })).rejects.toThrow(
      'the Lambda environment ended before it answered',
    );
    expect(await lambda.invoke({})).toEqual({ calls: 1 });
  });

  test.each([
    [
      'throws',
      `throw new Error('the variable DEPLOYMENT is missing');`,
      /the variable DEPLOYMENT is missing/,
    ],
    ['exits', 'process.exit(0);', /ended before it was ready/],
    ['does not exist', undefined, /Cannot find module/],
  ])('does not start when its bundle %s', async (_, code, message) => {
    const file = join(await temporaryFolder(), 'index.mjs');
    if (code !== undefined) writeFileSync(file, code);
    const lambda = new LocalLambda({ file, env: {}, print: () => {} });
    await expect(lambda.warm()).rejects.toThrow(message);
  });
});

describe('a disposed function', () => {
  test('ends at once', async () => {
    const { lambda } = await lambdaOf('export const handler = () => new Promise(() => {});');
    const outcome = expect(lambda.invoke({})).rejects.toThrow(FunctionError);
    await lambda.dispose();
    await outcome;
  });
});
