import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { EdgeBuildRefusedError } from '../../../../build/gate/gate.ts';
import type { EdgeVerdict } from '../../../../local/edge/function/edge-function.ts';
import { compileEdge, type FunctionOptions, LOOP_BUDGET } from '../../../../local/edge/function/engine.ts';
import { viewerRequestEvent } from '../../../support/values/viewer-event.ts';

const STORE: Readonly<Record<string, string>> = { a: 'value of a', json: '{"x":[1]}' };
const read = (key: string): string | undefined => (Object.hasOwn(STORE, key) ? STORE[key] : undefined);

/** A function whose handler has this body, with `kvs`, `cf` and `crypto` in scope. */
const codeOf = (body: string): string => `import cf from 'cloudfront';
import crypto from 'crypto';
const kvs = cf.kvs();
let runs = 0;
async function handler(event) {
${body}
}
`;

const edge = (body: string, options: Partial<FunctionOptions> = {}) =>
  compileEdge(codeOf(body), { read, ...options });

const run = (
  body: string,
  options: Partial<FunctionOptions> = {},
  event?: ViewerRequestEvent,
): Promise<EdgeVerdict> => edge(body, options).run(event ?? viewerRequestEvent());

/** The result of the body, returned in a response. */
async function computed(expression: string, options: Partial<FunctionOptions> = {}): Promise<unknown> {
  const body = `const value = ${expression}; return { statusCode: 200, body: JSON.stringify({ value: value }) };`;
  const verdict = await run(body, options);
  if (verdict.kind !== 'respond') throw new Error(JSON.stringify(verdict));
  return JSON.parse(verdict.response.body?.data ?? '').value;
}

describe('a run', () => {
  test('forwards the request that the function returns, with its origin, reads and log', async () => {
    const verdict = await run(`
      await kvs.get('a');
      await kvs.exists('b');
      event.request.headers['x-app'] = { value: 'shop' };
      cf.updateRequestOrigin({ domainName: 'one.example.com' });
      cf.updateRequestOrigin({ domainName: 'two.example.com' });
      cf.logCustomData('first');
      cf.logCustomData('last');
      return event.request;`);
    const { rawQueryString: _, ...request } = viewerRequestEvent().request;
    const headers = { ...request.headers, 'x-app': { value: 'shop' } };
    expect(verdict).toStrictEqual({
      kind: 'forward',
      request: { ...request, headers },
      origin: { domainName: 'two.example.com' },
      reads: 2,
      log: 'last',
    });
  });

  test('responds with the function’s response, in the long form of a body', async () => {
    expect(await run(`return { statusCode: 404, body: 'gone' };`)).toStrictEqual({
      kind: 'respond',
      response: { statusCode: 404, headers: {}, body: { encoding: 'text', data: 'gone' } },
      reads: 0,
    });
  });

  test('accepts handlers that are not async', async () => {
    const plain = compileEdge('function handler(event) { return event.request; }', { read });
    expect(await plain.run(viewerRequestEvent())).toMatchObject({
      kind: 'forward',
      origin: undefined,
      reads: 0,
    });
  });

  test('gets a copy of the event, and leaves the original unchanged', async () => {
    const event = viewerRequestEvent();
    await run(
      `event.request.headers.host.value = 'x'; delete event.viewer; return { statusCode: 200 };`,
      {},
      event,
    );
    expect(event.viewer).toEqual({ ip: '192.0.2.7' });
    expect(event.request.headers['host']).toEqual({ value: 'shop.dev.example.com' });
  });

  test('accepts a viewer’s header with the name __proto__', async () => {
    const headers = JSON.parse('{"__proto__":{"value":"x"}}');
    const body = `return { statusCode: 200, body: Object.keys(event.request.headers).join() + ({}).value };`;
    expect(await run(body, {}, viewerRequestEvent({ headers }))).toMatchObject({
      response: { body: { data: '__proto__undefined' } },
    });
  });

  test('starts with a new module scope', async () => {
    const counter = edge(`runs += 1; return { statusCode: 200, body: String(runs) };`);
    for (let i = 0; i < 2; i++)
      expect(await counter.run(viewerRequestEvent())).toMatchObject({ response: { body: { data: '1' } } });
  });

  test('ends before the next one begins', async () => {
    const slow = edge(`await kvs.get('a'); await kvs.get('a'); return event.request;`);
    const verdicts = await Promise.all([1, 2, 3].map(() => slow.run(viewerRequestEvent())));
    expect(verdicts.map(({ reads }) => reads)).toEqual([2, 2, 2]);
  });

  test('prints each line of console.log', async () => {
    const lines: string[] = [];
    await run(`console.log('a ' + 1); console.log(2); return event.request;`, {
      print: (line) => lines.push(line),
    });
    expect(lines).toEqual(['a 1', '2']);
  });
});

describe('the store', () => {
  test('gives strings, JSON and bytes', async () => {
    expect(await computed(`await kvs.get('a')`)).toBe('value of a');
    expect(await computed(`(await kvs.get('json', { format: 'json' })).x`)).toEqual([1]);
    expect(await computed(`(await kvs.get('a', { format: 'bytes' })).length`)).toBe(10);
    expect(await computed(`[await kvs.exists('a'), await kvs.exists('b')]`)).toEqual([true, false]);
  });

  test('rejects a key that does not exist, with an error of the function’s own environment', async () => {
    const body = `try { await kvs.get('no'); } catch (e) { return { statusCode: 404, body: String(e instanceof Error) }; }`;
    expect(await run(body)).toMatchObject({
      response: { statusCode: 404, body: { data: 'true' } },
      reads: 1,
    });
  });

  test('keeps an unawaited read within its run', async () => {
    expect(await run(`const forgotten = kvs.get('no'); return event.request;`)).toMatchObject({
      kind: 'forward',
    });
  });
});

describe('the environment of a function', () => {
  test('has frozen time', async () => {
    let clock = 1_000;
    const now = () => clock++;
    const times =
      '[Date.now(), Date.now(), new Date().getTime(), new Date(5).getTime(), Date.parse("1970-01-01T00:00:01Z")]';
    expect(await computed(times, { now })).toEqual([1_000, 1_000, 1_000, 5, 1_000]);
    expect(
      await computed('[Date(), new Date() instanceof Date, Date.UTC(1970, 0, 1)]', { now: () => 0 }),
    ).toEqual([String(new Date(0)), true, 0]);
  });

  test('has the documented modules and globals', async () => {
    expect(await computed(`crypto.createHash('md5').update('a').digest('hex')`)).toBe(
      '0cc175b9c0f1b6a831c399e269772661',
    );
    expect(
      await computed(
        `crypto.createHmac('sha256', 'key').update('The quick brown fox ').update('jumps over the lazy dog').digest('hex')`,
      ),
    ).toBe('f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
    expect(await computed(`require('querystring').parse('a=1&a=2').a`)).toEqual(['1', '2']);
    expect(await computed(`[btoa('a'), atob('YQ=='), Buffer.from('a').toString('hex')]`)).toEqual([
      'YQ==',
      'a',
      '61',
    ]);
  });

  test.each([
    'Map',
    'Set',
    'WeakMap',
    'Proxy',
    'Reflect',
    'BigInt',
    'Intl',
    'URL',
    'fetch',
    'setTimeout',
    'process',
  ])('has no %s, even by indirect access', async (name) => {
    expect(await computed(`typeof globalThis['${name.slice(0, 1)}' + '${name.slice(1)}']`)).toBe('undefined');
  });

  test.each([
    ['Object', 'fromEntries'],
    ['Array', 'from'],
    ['String', 'raw'],
    ["''", 'at'],
    ["''", 'replaceAll'],
    ['[]', 'flat'],
    ['[]', 'findLast'],
    ['(1)', 'toLocaleString'],
  ])('has no %s.%s', async (object, name) => {
    expect(await computed(`typeof ${object}['${name.slice(0, 1)}' + '${name.slice(1)}']`)).toBe('undefined');
  });

  test('does not create code at run time', async () => {
    expect(await run(`return handler.constructor('return 1')();`)).toMatchObject({
      kind: 'error',
      status: 503,
    });
  });

  test('is in strict mode', async () => {
    expect(await computed('(function () { return typeof this; })()')).toBe('undefined');
  });
});

describe('a function that fails', () => {
  test.each([
    [
      'throws',
      `throw new TypeError('no such thing');`,
      /^TypeError: no such thing \(at handler \(router\.js:6/,
    ],
    ['throws a value that is not an error', `throw 'text';`, /^the function threw text$/],
    ['throws undefined', 'throw null;', /^the function threw null$/],
    ['leaves a rejection unhandled', `await kvs.get('no');`, /^Error: KeyNotFound: no/],
    ['waits forever', 'await new Promise(() => {});', /never settled/],
    ['loops forever', 'for (;;);', /100000 loop iterations/],
    ['loops forever after an await', `await kvs.get('a'); while (true) runs++;`, /100000 loop iterations/],
    [
      'catches the error that stops its loop',
      'try { do runs++; while (true); } catch (e) { return event.request; }',
      /loop iterations/,
    ],
    ['calls itself forever', '(function again() { again(); })();', /^RangeError/],
    [
      'uses an unsupported function of crypto',
      `return crypto['createHash']('sha' + 512);`,
      /not supported algorithm: "sha512"/,
    ],
  ])('is a 503 when it %s', async (_, body, message) => {
    expect(await run(body)).toMatchObject({
      kind: 'error',
      status: 503,
      xCache: 'FunctionExecutionError from cloudfront',
      message: expect.stringMatching(message),
    });
  });

  test('is a 503 when its top level throws', async () => {
    const broken = compileEdge(`const a = JSON.parse('{');\nfunction handler(event) { return a; }\n`, {
      read,
    });
    expect(await broken.run(viewerRequestEvent())).toMatchObject({
      status: 503,
      message: expect.stringMatching(/^SyntaxError/),
    });
  });

  test.each([
    ['nothing', 'return;', /returned undefined/],
    ['a string', `return 'x';`, /returned x/],
    ['a list', 'return [1];', /returned 1/],
    ['an object that is neither request nor response', 'return {};', /request\.method/],
    ['itself', 'const a = { statusCode: 200 }; a.a = a; return a;', /contains itself/],
    ['an invalid response', 'return { statusCode: 99 };', /statusCode is 99/],
    [
      'an invalid request',
      `event.request.headers.via = { value: 'x' }; return event.request;`,
      /via.*read-only/,
    ],
    [
      'an invalid origin',
      `cf.updateRequestOrigin({ domainName: '1.2.3.4' }); return event.request;`,
      /IP address/,
    ],
    ['no origin at all', 'cf.updateRequestOrigin(); return event.request;', /origin is undefined/],
  ])('is a 502 when it returns %s', async (_, body, message) => {
    expect(await run(body)).toMatchObject({
      kind: 'error',
      status: 502,
      xCache: 'FunctionValidationError from cloudfront',
      message: expect.stringMatching(message),
    });
  });

  test('can loop as often as the budget allows', async () => {
    expect(await computed(`(function () { let n = 0; while (n < ${LOOP_BUDGET}) n++; return n; })()`)).toBe(
      LOOP_BUDGET,
    );
  });

  test('is not compiled when the gate refuses it', () => {
    expect(() => edge('return JSON.parse(await event);')).toThrow(EdgeBuildRefusedError);
    expect(() => edge('return new Map();', { file: 'dist/edge/router.js' })).toThrow(
      /dist\/edge\/router\.js:6:12 unknown-name: Map/,
    );
  });
});
