import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BaseDomainError, buildEdge, edgeBudgetBytes } from '../../build/edge.ts';
import { EdgeBuildRefusedError, gate, type Violation } from '../../build/gate/gate.ts';
import { compileInNjs } from '../../build/gate/njs.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { njsPath, runInNjs } from '../support/tools/njs.ts';
import { viewerRequestEvent } from '../support/values/viewer-event.ts';

const njs = njsPath();
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/edge/${name}.ts`, import.meta.url));
const ROUTER = fixture('router');
const KVS = { 'shop.dev.example.com': '{"name":"ec2-1.example.com","port":3000}' };

function violationsOf(build: () => unknown): readonly Violation[] {
  try {
    build();
  } catch (error) {
    if (error instanceof EdgeBuildRefusedError) return error.violations;
    throw error;
  }
  return [];
}

describe('the edge bundle', () => {
  const code = buildEdge({ baseDomain: 'dev.example.com' }, ROUTER);

  test('begins with the imports, cloudfront first, then one line of constants', () => {
    const [first, second, third] = code.split('\n');
    expect(first).toMatch(/^import \w+ from 'cloudfront';$/);
    expect(second).toMatch(/^import \w+ from 'crypto';$/);
    expect(third).toMatch(/^const \$="dev\.example\.com"[^;]*;$/);
    expect(code.match(/import /g)).toHaveLength(2);
  });

  test('declares handler under its own name and exports nothing', () => {
    expect(code).toMatch(/async function handler\(/);
    expect(code).not.toContain('export');
  });

  test('is plain ASCII that the gate and njs accept', () => {
    expect(code).toMatch(/^[\n\x20-\x7e]+$/);
    expect(gate(code, 'router.js')).toEqual([]);
    if (njs !== undefined) expect(compileInNjs(njs, code, 'router.js')).toEqual([]);
  });

  test('has the same bytes after each build, and differs only by its base domain', () => {
    expect(buildEdge({ baseDomain: 'dev.example.com' }, ROUTER)).toBe(code);
    const other = buildEdge({ baseDomain: 'other.example.net' }, ROUTER);
    expect(other).toBe(code.replace('"dev.example.com"', '"other.example.net"'));
  });

  test('behaves in the engine like its source', async () => {
    const router = compileEdge(code, {
      read: (key) => (key in KVS ? KVS['shop.dev.example.com'] : undefined),
    });
    const hit = await router.run(viewerRequestEvent());
    expect(hit).toMatchObject({ kind: 'forward', origin: { domainName: 'ec2-1.example.com' }, reads: 1 });
    const miss = await router.run(viewerRequestEvent({ headers: { host: { value: 'no' } } }));
    expect(miss).toMatchObject({
      kind: 'respond',
      response: { statusCode: 404, body: { data: 'no is not on https://dev.example.com – sorry' } },
    });
  });

  test.skipIf(njs === undefined)('gives the same answers in njs and in the engine', async () => {
    const events = [viewerRequestEvent(), viewerRequestEvent({ headers: { host: { value: 'no' } } })];
    const answers = runInNjs(
      String(njs),
      code,
      events.map((event) => ({ kvs: KVS, event })),
    );
    const router = compileEdge(code, { read: (key) => new Map(Object.entries(KVS)).get(key) });
    const [hit, miss] = await Promise.all(events.map((event) => router.run(event)));
    expect(answers).toMatchObject([
      {
        result: hit?.kind === 'forward' && hit.request,
        origin: hit?.kind === 'forward' && hit.origin,
        reads: 1,
      },
      { result: miss?.kind === 'respond' && miss.response, reads: 1 },
    ]);
  });

  test('refuses code that the edge cannot run, and names its place in the source', () => {
    const violations = violationsOf(() => buildEdge({ baseDomain: '' }, fixture('refused')));
    expect(violations.map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([
      'test/fixtures/edge/refused.ts:6 unknown-name',
      'test/fixtures/edge/refused.ts:7 await-in-arguments',
      'test/fixtures/edge/refused.ts:8 spread',
    ]);
  });

  test('refuses an import that it cannot bundle, and names its place in the source', async () => {
    const folder = await temporaryFolder();
    const entry = join(folder, 'router.ts');
    writeFileSync(entry, "import x from 'left-pad';\nexport function handler(e) {\n  return x(e);\n}\n");
    const [violation] = violationsOf(() => buildEdge({ baseDomain: '' }, entry));
    expect(violation).toMatchObject({
      line: 1,
      rule: 'esbuild',
      message: expect.stringContaining('left-pad'),
    });
  });

  test.each([
    ['budget', edgeBudgetBytes({ baseDomain: '' })],
    ['size', 10_240],
  ])('refuses, by the rule %s, a function of more than %i bytes', async (rule, bytes) => {
    const folder = await temporaryFolder();
    const entry = join(folder, 'router.ts');
    writeFileSync(entry, `export function handler() { return '${'x'.repeat(bytes)}'; }\n`);
    expect(violationsOf(() => buildEdge({ baseDomain: '' }, entry)).map((each) => each.rule)).toEqual([rule]);
  });

  test('refuses a base domain that is not a hostname', () => {
    for (const baseDomain of ['a b', 'Dev.example.com', '";evil()', 'dev.example.com.'])
      expect(() => buildEdge({ baseDomain }, ROUTER)).toThrow(BaseDomainError);
  });
});

describe('the router of this project', () => {
  test('passes the gate within its budget, and compiles in njs', () => {
    const code = buildEdge({ baseDomain: 'dev.example.com' });
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(edgeBudgetBytes({ baseDomain: 'dev.example.com' }));
    if (njs !== undefined) expect(compileInNjs(njs, code, 'dist/edge/router.js')).toEqual([]);
  });
});
