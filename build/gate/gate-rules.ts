import {
  type Check,
  findAwaitPlace,
  isFunction,
  memberName,
  on,
  refuseConsole,
  refuseDefaults,
  refuseDigest,
  refuseFlags,
  refuseGenerator,
  refuseModule,
  refuseRegExp,
  refuseStaticMember,
  refuseUnawaited,
} from './node-checks.ts';
import { DIGESTS, INSTEAD_OF_METHOD } from './surface.ts';

/** A rule that can be checked on a single node. */
export interface NodeRule {
  name: string;
  /** Code to write instead. */
  remedy: string;
  checks: readonly Check[];
}

/** Every rule that checks one node with its ancestors, in the order of the report. */
export const NODE_RULES: readonly NodeRule[] = [
  {
    name: 'await-in-arguments',
    remedy: 'await into a const of its own first, then pass the const',
    checks: [
      on('AwaitExpression', (node, ancestors) => {
        const place = findAwaitPlace(node, ancestors);
        return place === undefined ? undefined : `await inside ${place}`;
      }),
    ],
  },
  {
    name: 'top-level-await',
    remedy: 'await inside handler',
    checks: [
      on('AwaitExpression', (_, ancestors) =>
        ancestors.some(isFunction) ? undefined : 'await outside a function',
      ),
    ],
  },
  {
    name: 'floating-promise',
    remedy: 'await it: CloudFront answers 503 for an unhandled rejection',
    checks: [on('ExpressionStatement', refuseUnawaited)],
  },
  {
    name: 'class',
    remedy: 'use functions that make plain objects',
    checks: [
      on('ClassDeclaration', 'the edge has no classes'),
      on('ClassExpression', 'the edge has no classes'),
    ],
  },
  {
    name: 'default-parameter',
    remedy: 'test the parameter for undefined in the body',
    checks: [
      on('FunctionDeclaration', refuseDefaults),
      on('FunctionExpression', refuseDefaults),
      on('ArrowFunctionExpression', refuseDefaults),
    ],
  },
  {
    name: 'destructuring',
    remedy: 'read the properties one by one',
    checks: [
      on('ObjectPattern', 'the edge has no object destructuring'),
      on('ArrayPattern', 'the edge has no array destructuring'),
    ],
  },
  {
    name: 'spread',
    remedy: 'use concat(), Object.assign() or apply()',
    checks: [
      on('SpreadElement', (_, ancestors) =>
        ancestors.at(-1)?.type === 'CallExpression'
          ? 'the edge has no spread in calls'
          : 'the edge has no spread',
      ),
    ],
  },
  {
    name: 'for-of',
    remedy: 'use for (let i = 0; i < list.length; i++)',
    checks: [on('ForOfStatement', 'the edge has no for-of loops')],
  },
  {
    name: 'generator',
    remedy: 'build an array',
    checks: [on('FunctionDeclaration', refuseGenerator), on('FunctionExpression', refuseGenerator)],
  },
  {
    name: 'optional-chaining',
    remedy: 'use && (the build lowers ?. in source)',
    checks: [on('ChainExpression', 'the edge has no optional chaining')],
  },
  {
    name: 'nullish-coalescing',
    remedy: 'compare with undefined (the build lowers ?? in source)',
    checks: [
      on('LogicalExpression', (node) => (node.operator === '??' ? 'the edge has no ?? operator' : undefined)),
      on('AssignmentExpression', (node) =>
        ['??=', '||=', '&&='].includes(node.operator)
          ? `the edge has no ${node.operator} operator`
          : undefined,
      ),
    ],
  },
  {
    name: 'catch-binding',
    remedy: 'write catch (error)',
    checks: [
      on('CatchClause', (node) =>
        node.param ? undefined : 'the edge cannot parse a catch without a binding',
      ),
    ],
  },
  {
    name: 'bigint',
    remedy: 'use numbers below 2 ** 53',
    checks: [
      on('Literal', (node) =>
        node.bigint ? `the edge has no BigInt, as ${String(node.raw)} is one` : undefined,
      ),
    ],
  },
  {
    name: 'meta-property',
    remedy: 'leave it out',
    checks: [
      on('MetaProperty', (node) => `${node.meta.name}.${node.property.name} does not exist at the edge`),
    ],
  },
  {
    name: 'regexp',
    remedy: 'use flags g, i, m and y only, and [\\s\\S] for any character',
    checks: [
      on('Literal', (node) => (node.regex ? refuseFlags(node.regex.flags) : undefined)),
      on('Literal', (node) =>
        // PCRE reads the bracket after [ or [^ as a member of the class.
        node.regex && /(?<!\\)(?:\\\\)*\[\^?\]/.test(node.regex.pattern)
          ? 'the edge does not take ] after [ or [^ for an empty character class'
          : undefined,
      ),
      on('NewExpression', refuseRegExp),
      on('CallExpression', refuseRegExp),
    ],
  },
  {
    name: 'module',
    remedy: 'a function may load crypto, querystring and buffer only; bundle everything else',
    checks: [on('CallExpression', refuseModule), on('ImportExpression', 'the edge has no dynamic import')],
  },
  {
    name: 'export',
    remedy: 'the build strips the export of handler; nothing else may be exported from the entry',
    checks: [
      on('ExportNamedDeclaration', 'the edge function must not contain export'),
      on('ExportDefaultDeclaration', 'the edge function must not contain export default'),
      on('ExportAllDeclaration', 'the edge function must not contain export *'),
    ],
  },
  {
    name: 'console',
    remedy: 'use console.log with one string, built with + or a template',
    checks: [
      on('CallExpression', refuseConsole),
      on('MemberExpression', (node) => {
        const isConsole = node.object.type === 'Identifier' && node.object.name === 'console';
        return isConsole && memberName(node) !== 'log'
          ? `console.${memberName(node) ?? '[…]'} does not exist at the edge`
          : undefined;
      }),
    ],
  },
  {
    name: 'static-member',
    remedy: 'see the list of globals in build/gate/surface.ts',
    checks: [on('MemberExpression', refuseStaticMember)],
  },
  {
    name: 'method',
    remedy: 'write it with the methods in build/gate/surface.ts',
    checks: [
      on('MemberExpression', (node) => {
        const name = memberName(node);
        if (name === undefined || !Object.hasOwn(INSTEAD_OF_METHOD, name)) return undefined;
        return `.${name} does not exist at the edge: ${INSTEAD_OF_METHOD[name]}`;
      }),
    ],
  },
  {
    name: 'digest',
    remedy: `use one of ${DIGESTS.join(', ')}`,
    checks: [on('CallExpression', refuseDigest)],
  },
];
