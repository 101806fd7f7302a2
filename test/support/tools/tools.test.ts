import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandPath } from '../../../build/gate/njs.ts';
import { viewerRequestEvent } from '../values/viewer-event.ts';
import { countInstructions, NjsRefused, njsPath, runInNjs } from './njs.ts';
import { standIn } from './stand-in.ts';
import { ToolMissingError, tool } from './tools.ts';

const njs = njsPath();
const valgrind = commandPath('valgrind');
const ECHO = 'function handler(event) { return event.request; }\n';
const CASE = { kvs: {}, event: viewerRequestEvent() };

describe('a tool outside npm', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test('is found on PATH by the first of its names that exists', () => {
    expect(tool(['no-such-command', 'sh'], 'part of every system')).toMatch(/\/sh$/);
  });

  test('may be missing on a laptop, with a reason', () => {
    vi.stubEnv('CI', '');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    expect(tool(['no-such-command'], 'apt-get install it')).toBeUndefined();
    expect(warn).toHaveBeenCalledWith('skipped: no-such-command is not installed (apt-get install it)');
  });

  test('may not be missing in CI', () => {
    vi.stubEnv('CI', 'true');
    expect(() => tool(['no-such-command'], 'apt-get install it')).toThrow(ToolMissingError);
  });
});

describe.skipIf(njs === undefined)('njs', () => {
  const path = String(njs);

  test('runs many cases in one process, each with an event of its own', () => {
    const code = `function handler(event) { event.request.uri += 'x'; console.log('noise'); return event.request; }\n`;
    const answers = runInNjs(path, code, [CASE, CASE]);
    expect(answers).toMatchObject([{ result: { uri: '/cartx' } }, { result: { uri: '/cartx' } }]);
  });

  test('reports the error of a function, and its reads and log', () => {
    const code = `import cf from 'cloudfront';
async function handler(event) {
  cf.logCustomData(event.request.rawQueryString());
  const value = await cf.kvs().get('a');
  await cf.kvs().get('constructor');
  return { statusCode: 200 };
}
`;
    expect(runInNjs(path, code, [{ ...CASE, kvs: { a: '1' } }])).toEqual([
      { ok: false, error: 'Error: KeyNotFound', reads: 2, log: 'id=1' },
    ]);
  });

  test('reports more than njs prints in one line', () => {
    const code = `function handler(event) { event.request.uri = '/' + 'x'.repeat(10000); return event.request; }\n`;
    expect(runInNjs(path, code, [CASE])).toMatchObject([{ result: { uri: `/${'x'.repeat(10_000)}` } }]);
  });

  test.each([
    ['does not compile', 'class A {}', /Token "class" not supported/],
    ['fails at its top level', 'function handler() {}\nnot_there();', /not_there/],
  ])('refuses code that %s', (_, code, message) => {
    expect(() => runInNjs(path, `${code}\n`, [CASE])).toThrow(NjsRefused);
    expect(() => runInNjs(path, `${code}\n`, [CASE])).toThrow(message);
  });

  test.skipIf(valgrind === undefined)('takes the same number of instructions each time', () => {
    const count = () => countInstructions({ njs: path, valgrind: String(valgrind) }, ECHO, [CASE]);
    const first = count();
    expect(first).toBeGreaterThan(1_000);
    expect(count()).toBe(first);
  });
});

describe('a stand-in for njs', () => {
  test.each([
    ['ends by a signal', 'kill -SEGV $$', 'ended with SIGSEGV'],
    ['fails with a message', 'echo "not today" >&2; exit 3', 'ended with exit code 3: not today'],
    ['prints nothing and succeeds', 'exit 0', 'njs answered 0 of 1 cases'],
  ])('that %s is refused', async (_, script, message) => {
    const path = await standIn(script);
    expect(() => runInNjs(path, ECHO, [CASE])).toThrow(NjsRefused);
    expect(() => runInNjs(path, ECHO, [CASE])).toThrow(message);
  });
});
