import { type AnyNode, type CallExpression, parse } from 'acorn';
import { full } from 'acorn-walk';
import { describe, expect, test } from 'vitest';
import {
  buildEdge,
  buildSiteRouter,
  edgeBudgetBytes,
  SignInNeedsDomainError,
  siteRouterBudgetBytes,
} from '../../build/edge.ts';
import { gate } from '../../build/gate/gate.ts';
import { compileInNjs } from '../../build/gate/njs.ts';
import { njsPath } from '../support/tools/njs.ts';
import { PLACES, SITE_ROUTER } from './support/router-case.ts';

const njs = njsPath();
const code = buildEdge(PLACES.domain);
const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });

function nodes(): AnyNode[] {
  const all: AnyNode[] = [];
  full(program, (node) => all.push(node));
  return all;
}

const isCall = (node: AnyNode): node is CallExpression => node.type === 'CallExpression';

describe.each(Object.entries(PLACES))('the router built for %s', (_, constants) => {
  const built = buildEdge(constants);

  test('fits its budget', () => {
    expect(Buffer.byteLength(built)).toBeLessThanOrEqual(edgeBudgetBytes(constants));
  });

  test('passes the gate, and compiles in njs', () => {
    expect(gate(built, 'router.js')).toEqual([]);
    if (njs !== undefined) expect(compileInNjs(njs, built, 'router.js')).toEqual([]);
  });

  test('has the same bytes after each build', () => {
    expect(buildEdge(constants)).toBe(built);
  });

  test('differs from the router of another base domain only by one constant', () => {
    const { baseDomain, scheme } = constants;
    const signIn = 'signIn' in constants ? { signIn: constants.signIn } : {};
    const other = baseDomain === '' ? '' : 'other.example.net';
    const theirs = buildEdge({ baseDomain: other, ...(scheme && { scheme }), ...signIn });
    expect(theirs).toBe(built.replace(JSON.stringify(baseDomain), JSON.stringify(other)));
  });
});

describe('sign-in', () => {
  test('is not in the router of a deployment without it', () => {
    for (const constants of [PLACES.domain, PLACES.bare, PLACES.laptop])
      expect(buildEdge(constants)).not.toMatch(/createHmac|:keys|proxy-session|not signed in|_proxy\/api/);
    expect(buildEdge(PLACES.signIn)).toMatch(/createHmac/);
  });

  test('compares MACs as numbers before texts, also after the build has shortened the comparison', () => {
    for (const code of [buildEdge(PLACES.signIn), buildSiteRouter(PLACES.signIn)])
      expect(code).toMatch(/\+\("0x"\+(\w)\)===?\+\("0x"\+(\w)\)&&\1===\2/);
  });

  test('needs a base domain', () => {
    const constants = { baseDomain: '', signIn: { deployment: 'main' } };
    expect(() => buildEdge(constants)).toThrow(SignInNeedsDomainError);
    expect(() => buildSiteRouter(constants)).toThrow(SignInNeedsDomainError);
  });
});

describe('the site router', () => {
  const built = SITE_ROUTER;

  test('fits its budget', () => {
    expect(Buffer.byteLength(built)).toBeLessThanOrEqual(siteRouterBudgetBytes(PLACES.signIn));
  });

  test('passes the gate, and compiles in njs', () => {
    expect(gate(built, 'site-router.js')).toEqual([]);
    if (njs !== undefined) expect(compileInNjs(njs, built, 'site-router.js')).toEqual([]);
  });

  test('has the same bytes after each build, and differs from that of another deployment only by its constants', () => {
    expect(buildSiteRouter(PLACES.signIn)).toBe(built);
    const other = { baseDomain: 'other.example.net', signIn: { deployment: 'team-a' } };
    expect(buildSiteRouter(other)).toBe(
      built.replace('"dev.example.com"', '"other.example.net"').replace('|main|', '|team-a|'),
    );
  });

  test('chooses no origin, and knows the endpoints, which the other router does not', () => {
    expect(built).not.toContain('updateRequestOrigin');
    expect(built).toContain('callback');
    expect(buildEdge(PLACES.signIn)).not.toContain('callback');
  });
});

describe('the built router', () => {
  test('begins with the import of cloudfront, which must be the first line', () => {
    expect(code).toMatch(/^import \w+ from 'cloudfront';\n/);
  });

  test('has one line of constants directly after its imports', () => {
    const lines = code.split('\n');
    const constants = lines.filter((line) => line.includes('"dev.example.com"'));
    expect(constants).toEqual([lines.find((line) => !line.startsWith('import '))]);
    expect(constants[0]).toMatch(/^const \$="dev\.example\.com"[^;]*;$/);
  });

  test('exports nothing', () => {
    expect(program.body.filter(({ type }) => type.startsWith('Export'))).toEqual([]);
  });

  test('has one async function, the handler, because a second would cost as much as a read', () => {
    const asyncs = nodes().filter((node) => 'async' in node && node.async);
    expect(asyncs).toMatchObject([{ type: 'FunctionDeclaration', id: { name: 'handler' } }]);
    const called = nodes()
      .filter(isCall)
      .map(({ callee }) => callee);
    expect(called).not.toContainEqual(expect.objectContaining({ type: 'Identifier', name: 'handler' }));
  });

  test('has exactly one await', () => {
    expect(nodes().filter(({ type }) => type === 'AwaitExpression')).toHaveLength(1);
  });
});
