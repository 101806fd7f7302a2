import { describe, expect, test } from 'vitest';
import { peerStore } from './peer.ts';
import { buildPeer, NAMESPACE } from './peer-code.ts';

/** A placeholder of a template. */
const hole = (name: string) => `\${${name}}`;

const PROGRAM = [
  'binary',
  'export const CF_BLOCK_CLOUDFRONT_URL_INJECTION = `',
  'block();`;',
  'export const CF_ROUTER_INJECTION = minify`',
  'function site(size) {',
  `  return size > ${hole('CLOUDFRONT_FUNCTION_SAFE_HEADER_LIMIT')} && /\\d/.test(size);`,
  '}`;',
  'function handleInlineRoutes() { code: interpolate`inline`,',
  '}',
  'function handleLazyRoutes() {',
  '  code: interpolate`',
  'import cf from "cloudfront";',
  hole('userInjection') + hole('blockCloudfrontUrlInjection'),
  `${hole('CF_ROUTER_INJECTION')}const ns = "${hole('kvNamespace')}", dot = "\\\\.";\`,`,
  '}',
].join('\n');

describe("SST's router", () => {
  test('is built from the sources that its program carries, with the escapes of a template', () => {
    expect(buildPeer(PROGRAM)).toBe(
      [
        '',
        'import cf from "cloudfront";',
        '',
        'block();',
        `function site(size){return size>9728&&/\\d/.test(size)}`,
        `const ns = "${NAMESPACE}", dot = "\\.";`,
      ].join('\n'),
    );
  });

  test('is refused if its sources look different', () => {
    expect(() => buildPeer(PROGRAM.replace('CF_ROUTER_INJECTION = minify', 'ROUTER = minify'))).toThrow(
      'SST 4.17.1 has no text from export const CF_ROUTER_INJECTION',
    );
  });

  test.each([10, 200, 900])('gets a store of %i routes, in parts that fit a value', (routes) => {
    const store = peerStore(routes);
    const head = JSON.parse(store[`${NAMESPACE}:routes`] ?? '') as { parts: number } | string[];
    const list = Array.isArray(head)
      ? head
      : (JSON.parse(
          Array.from({ length: head.parts }, (_, n) => store[`${NAMESPACE}:routes:${n}`]).join(''),
        ) as string[]);
    expect(list).toHaveLength(routes);
    expect(list.at(-1)).toBe(
      `url,${(routes - 1).toString(16).padStart(4, '0')},shop\\.dev\\.example\\.com,/`,
    );
    expect(Math.max(...Object.values(store).map((value) => value.length))).toBeLessThanOrEqual(1_000);
    for (const route of list) expect(store[`${route.split(',')[1]}:metadata`]).toContain('"host"');
  });
});
