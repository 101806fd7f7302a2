import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { gate } from '../../build/gate/gate.ts';
import { njsPath, runInNjs } from '../support/tools/njs.ts';
import { viewerRequestEvent } from '../support/values/viewer-event.ts';

const njs = njsPath();

const fileOf = (body: string): string =>
  `var COUNT = 0;
function soon(value) { return Promise.resolve(value); }
async function handler(event) { let tried; try { tried = await attempt(event.request); } catch (e) { tried = 'threw'; } return { tried: tried }; }
async function attempt(request) {
${body}
}
`;

/** Bodies with another result in njs than in ECMAScript. */
const BREAK = [
  'let a = 1; const g = () => a; a = await soon(5); return g();',
  'let s = 0; [1, 2].forEach((x) => { s += x; }); await soon(0); [3].forEach((x) => { s += x; }); return s;',
  'const a = await soon(3); function g() { return a; } return g();',
  'const g = () => a; const a = await soon(3); return g();',
  'const g = () => request; request = await soon(7); return g();',
  'let s = 1; await soon(3).then((v) => { s = v; }); return s;',
  'let a = 2; const g = () => () => { a = 5; }; g()(); await soon(1); return a;',
  'let n = 0; const g = async () => { await soon(1); n++; }; await g(); await g(); return n;',
  'const g = (n) => (n ? g(n - 1) + 1 : 0); await soon(1); return g(2);',
  'var a = 1; const g = () => a; var a = await soon(2); return g();',
] as const;

/** Bodies with the same result in both, which the gate must accept. */
const HOLD = [
  'const a = await soon(3); const g = () => a; await soon(1); return g();',
  'const g = () => request.uri; await soon(1); return g();',
  'const o = { n: 1 }; const g = () => { o.n++; }; g(); await soon(0); g(); return o.n;',
  'const list = []; const g = () => { list.push(1); }; g(); await soon(0); g(); return list.length;',
  'let s = 0; for (let i = 0; i < 3; i++) { s += await soon(i); } return s;',
  'const r = [1, 2].map((x) => { let t = 0; [x, x].forEach((y) => { t += y; }); return t; }); await soon(0); return r.join();',
  'COUNT = 1; const g = () => { COUNT = COUNT + 1; }; g(); await soon(0); g(); return COUNT;',
  'const fs = []; for (let i = 0; i < 2; i++) { const x = i; fs.push(() => x); await soon(0); } return fs.map((f) => f()).join();',
  'const fs = []; for (const k in { a: 1, b: 2 }) { const x = k; fs.push(() => x); await soon(0); } return fs.map((f) => f()).join();',
  'try { throw new Error("q"); } catch (e) { const g = () => e.message; await soon(1); return g(); }',
  'function f() { return 4; } function g() { return f() + request.uri.length; } await soon(1); return g();',
  'const f = function k(n) { return n ? k(n - 1) + 1 : 0; }; await soon(1); return f(3);',
] as const;

/** The result of a body in ECMAScript. */
async function inNode(body: string): Promise<unknown> {
  const handler = vm.runInThisContext(`(function () { 'use strict'; ${fileOf(body)}; return handler; })()`);
  return (await handler(viewerRequestEvent())).tried;
}

function inNjs(body: string): unknown {
  const [answer] = runInNjs(String(njs), fileOf(body), [{ kvs: {}, event: viewerRequestEvent() }]);
  return answer?.ok ? (answer.result as unknown as { tried: unknown }).tried : answer?.error;
}

describe('locals captured across an await', () => {
  test.each(BREAK)('are refused if the edge loses a value: %s', (body) => {
    expect(gate(fileOf(body), 'f.js').map(({ rule }) => rule)).toContain('stale-closure');
  });

  test.each(HOLD)('are accepted if the edge keeps every value: %s', (body) => {
    expect(gate(fileOf(body), 'f.js')).toEqual([]);
  });

  test.skipIf(njs === undefined).each(HOLD)('have the same result in njs as in Node: %s', async (body) => {
    expect(inNjs(body)).toEqual(await inNode(body));
  });

  test.skipIf(njs === undefined).each(BREAK)(
    'have a different result in njs, which is the reason for the rule: %s',
    async (body) => {
      expect(inNjs(body)).not.toEqual(await inNode(body));
    },
  );
});
