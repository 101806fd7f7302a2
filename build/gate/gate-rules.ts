import type { AnyNode, CallExpression, MemberExpression } from 'acorn';
import { DIGESTS, GLOBALS, INSTEAD_OF_METHOD, MODULES } from './surface.ts';

/** One rule's check of one node: `refuse` returns the fault or `undefined`. The last of `ancestors` is the node's parent. */
interface Check {
  type: AnyNode['type'];
  refuse(node: AnyNode, ancestors: readonly AnyNode[]): string | undefined;
}

/** A rule that can be checked on a single node. */
export interface NodeRule {
  name: string;
  /** Code to write instead. */
  remedy: string;
  checks: readonly Check[];
}

type NodeOf<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>;

function on<T extends AnyNode['type']>(
  type: T,
  refuse: string | ((node: NodeOf<T>, ancestors: readonly AnyNode[]) => string | undefined),
): Check {
  if (typeof refuse === 'string') return { type, refuse: () => refuse };
  return { type, refuse: (node, ancestors) => refuse(node as NodeOf<T>, ancestors) };
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** True for the three node types that open a function. */
export function isFunction(node: AnyNode): boolean {
  return FUNCTIONS.has(node.type);
}

/** The property a member expression names (`a.b`, `a["b"]`), or `undefined` when it is computed. */
function memberName(node: MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined;
  const { property } = node;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/** The name of the global whose method a call calls, with the method: `['JSON', 'parse']`. */
function calledMember(node: CallExpression): [object: string, method: string] | undefined {
  if (node.callee.type !== 'MemberExpression' || node.callee.object.type !== 'Identifier') return undefined;
  const method = memberName(node.callee);
  return method === undefined ? undefined : [node.callee.object.name, method];
}

/** njs compiles arguments before it knows of the suspension. It treats tagged templates as calls, too. */
function awaitPlace(node: AnyNode, ancestors: readonly AnyNode[]): string | undefined {
  let child = node;
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const parent = ancestors[index];
    if (parent === undefined || isFunction(parent)) return undefined;
    if (parent.type === 'TaggedTemplateExpression' && child === parent.quasi) return 'a tagged template';
    const isCall = parent.type === 'CallExpression' || parent.type === 'NewExpression';
    if (isCall && parent.callee !== child) return "a call's arguments";
    child = parent;
  }
  return undefined;
}

const EVERY_FUNCTION: readonly string[] = ['prototype', 'length', 'name', 'apply', 'bind', 'call'];

function staticMember(node: MemberExpression): string | undefined {
  if (node.object.type !== 'Identifier' || node.object.name === 'console') return undefined;
  const name = memberName(node);
  const known = Object.hasOwn(GLOBALS, node.object.name) ? GLOBALS[node.object.name] : undefined;
  if (known === undefined || name === undefined || EVERY_FUNCTION.includes(name)) return undefined;
  return known.includes(name) ? undefined : `${node.object.name}.${name} does not exist at the edge`;
}

function requiredModule(node: CallExpression): string | undefined {
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return undefined;
  const [wanted] = node.arguments;
  const name = wanted?.type === 'Literal' ? String(wanted.value) : 'a computed name';
  const known = name !== 'cloudfront' && MODULES.some((module) => module === name);
  return known ? undefined : `require of ${name}, which cannot be loaded at the edge`;
}

function consoleCall(node: CallExpression): string | undefined {
  const [object, method] = calledMember(node) ?? [];
  if (object !== 'console' || method !== 'log' || node.arguments.length === 1) return undefined;
  return `console.log takes one argument at the edge, not ${node.arguments.length}`;
}

function digest(node: CallExpression): string | undefined {
  const [wanted] = node.arguments;
  if (node.callee.type !== 'MemberExpression' || wanted?.type !== 'Literal') return undefined;
  const method = memberName(node.callee);
  if (method !== 'createHash' && method !== 'createHmac') return undefined;
  return DIGESTS.includes(String(wanted.value))
    ? undefined
    : `${method} does not know the digest "${String(wanted.value)}" at the edge`;
}

function regexFlags(flags: string): string | undefined {
  const refused = [...flags].filter((flag) => !'gimy'.includes(flag));
  return refused.length === 0
    ? undefined
    : `the edge does not know the regular expression flag ${refused.join('')}`;
}

/** Only literal flags can be checked before run time. */
function regexConstructor(node: NodeOf<'NewExpression'> | CallExpression): string | undefined {
  const flags = node.arguments[1];
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'RegExp') return undefined;
  return flags?.type === 'Literal' ? regexFlags(String(flags.value)) : undefined;
}

/** Methods of a KeyValueStore; each returns a promise. */
const READS: readonly string[] = ['get', 'exists', 'meta'];

function isAsyncFunction(node: AnyNode, name: string): boolean {
  return node.type === 'FunctionDeclaration' && node.async && node.id?.name === name;
}

function unawaited(node: NodeOf<'ExpressionStatement'>, ancestors: readonly AnyNode[]): string | undefined {
  const call = node.expression;
  if (call.type !== 'CallExpression') return undefined;
  const { callee } = call;
  const [program] = ancestors;
  if (callee.type === 'MemberExpression') {
    const name = memberName(callee);
    return name !== undefined && READS.includes(name)
      ? `.${name}() returns a promise that is not awaited`
      : undefined;
  }
  if (callee.type !== 'Identifier' || program?.type !== 'Program') return undefined;
  const isAsync = program.body.some((each) => isAsyncFunction(each, callee.name));
  return isAsync ? `${callee.name}() returns a promise that is not awaited` : undefined;
}

const isDefault = (node: AnyNode | null): boolean => node?.type === 'AssignmentPattern';
const defaults = (node: { params: readonly AnyNode[] }): string | undefined =>
  node.params.some(isDefault) ? 'the edge has no default parameters' : undefined;
const generator = (node: { generator: boolean }): string | undefined =>
  node.generator ? 'the edge has no generator functions' : undefined;

/** Every rule that checks one node with its ancestors, in the order of the report. */
export const NODE_RULES: readonly NodeRule[] = [
  {
    name: 'await-in-arguments',
    remedy: 'await into a const of its own first, then pass the const',
    checks: [
      on('AwaitExpression', (node, ancestors) => {
        const place = awaitPlace(node, ancestors);
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
    checks: [on('ExpressionStatement', unawaited)],
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
      on('FunctionDeclaration', defaults),
      on('FunctionExpression', defaults),
      on('ArrowFunctionExpression', defaults),
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
    checks: [on('FunctionDeclaration', generator), on('FunctionExpression', generator)],
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
      on('Literal', (node) => (node.regex ? regexFlags(node.regex.flags) : undefined)),
      on('Literal', (node) =>
        // PCRE reads the bracket after [ or [^ as a member of the class.
        node.regex && /(?<!\\)(?:\\\\)*\[\^?\]/.test(node.regex.pattern)
          ? 'the edge does not take ] after [ or [^ for an empty character class'
          : undefined,
      ),
      on('NewExpression', regexConstructor),
      on('CallExpression', regexConstructor),
    ],
  },
  {
    name: 'module',
    remedy: 'a function may load crypto, querystring and buffer only; bundle everything else',
    checks: [on('CallExpression', requiredModule), on('ImportExpression', 'the edge has no dynamic import')],
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
      on('CallExpression', consoleCall),
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
    checks: [on('MemberExpression', staticMember)],
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
    checks: [on('CallExpression', digest)],
  },
];
