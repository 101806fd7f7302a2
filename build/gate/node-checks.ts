import type { AnyNode, CallExpression, MemberExpression } from 'acorn';
import { DIGESTS, GLOBALS, MODULES } from './surface.ts';

/** One rule's check of one node: `refuse` returns the fault or `undefined`. The last of `ancestors` is the node's parent. */
export interface Check {
  type: AnyNode['type'];
  refuse(node: AnyNode, ancestors: readonly AnyNode[]): string | undefined;
}

type NodeOf<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>;

/** A check of the nodes of one type. */
export function on<T extends AnyNode['type']>(
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
export function memberName(node: MemberExpression): string | undefined {
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
export function findAwaitPlace(node: AnyNode, ancestors: readonly AnyNode[]): string | undefined {
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

/** A static member of a global that the edge does not have. */
export function refuseStaticMember(node: MemberExpression): string | undefined {
  if (node.object.type !== 'Identifier' || node.object.name === 'console') return undefined;
  const name = memberName(node);
  const known = Object.hasOwn(GLOBALS, node.object.name) ? GLOBALS[node.object.name] : undefined;
  if (known === undefined || name === undefined || EVERY_FUNCTION.includes(name)) return undefined;
  return known.includes(name) ? undefined : `${node.object.name}.${name} does not exist at the edge`;
}

/** A module that the edge cannot load. */
export function refuseModule(node: CallExpression): string | undefined {
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return undefined;
  const [wanted] = node.arguments;
  const name = wanted?.type === 'Literal' ? String(wanted.value) : 'a computed name';
  const known = name !== 'cloudfront' && MODULES.some((module) => module === name);
  return known ? undefined : `require of ${name}, which cannot be loaded at the edge`;
}

/** A call of console.log with several arguments, or none. */
export function refuseConsole(node: CallExpression): string | undefined {
  const [object, method] = calledMember(node) ?? [];
  if (object !== 'console' || method !== 'log' || node.arguments.length === 1) return undefined;
  return `console.log takes one argument at the edge, not ${node.arguments.length}`;
}

/** A hash that the edge does not know. */
export function refuseDigest(node: CallExpression): string | undefined {
  const [wanted] = node.arguments;
  if (node.callee.type !== 'MemberExpression' || wanted?.type !== 'Literal') return undefined;
  const method = memberName(node.callee);
  if (method !== 'createHash' && method !== 'createHmac') return undefined;
  return DIGESTS.includes(String(wanted.value))
    ? undefined
    : `${method} does not know the digest "${String(wanted.value)}" at the edge`;
}

/** Flags of a regular expression that the edge does not know. */
export function refuseFlags(flags: string): string | undefined {
  const refused = [...flags].filter((flag) => !'gimy'.includes(flag));
  return refused.length === 0
    ? undefined
    : `the edge does not know the regular expression flag ${refused.join('')}`;
}

/** Flags that a call of RegExp gives. Only literal ones can be checked before run time. */
export function refuseRegExp(node: NodeOf<'NewExpression'> | CallExpression): string | undefined {
  const flags = node.arguments[1];
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'RegExp') return undefined;
  return flags?.type === 'Literal' ? refuseFlags(String(flags.value)) : undefined;
}

/** Methods of a KeyValueStore; each returns a promise. */
const READS: readonly string[] = ['get', 'exists', 'meta'];

function isAsyncFunction(node: AnyNode, name: string): boolean {
  return node.type === 'FunctionDeclaration' && node.async && node.id?.name === name;
}

/** A promise that nothing awaits: a read of the store, or a call of an async function of the file. */
export function refuseUnawaited(
  node: NodeOf<'ExpressionStatement'>,
  ancestors: readonly AnyNode[],
): string | undefined {
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
/** A parameter with a default value. */
export const refuseDefaults = (node: { params: readonly AnyNode[] }): string | undefined =>
  node.params.some(isDefault) ? 'the edge has no default parameters' : undefined;
/** A generator function. */
export const refuseGenerator = (node: { generator: boolean }): string | undefined =>
  node.generator ? 'the edge has no generator functions' : undefined;
