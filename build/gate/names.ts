import type { AnyNode, Identifier, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { isFunction } from './node-checks.ts';

/** One use of a declared name. */
export interface Use {
  node: Identifier;
  /** The functions around it, outermost first. */
  functions: readonly AnyNode[];
  /** True if the use gives the name a new value (its declaration does not count). */
  writes: boolean;
}

/** One declared name with all of its uses. */
export interface Binding {
  name: string;
  /** The function that declares the name; `undefined` for names of the module. */
  owner: AnyNode | undefined;
  /** Offset at which it has its first value: 0 for parameters and function declarations. */
  readyAt: number;
  uses: Use[];
}

/** The declarations that the names of a program refer to. */
export interface Names {
  bindings: Binding[];
  /** Names that the program uses but does not declare. */
  free: Identifier[];
}

interface Declaration {
  scope: AnyNode;
  readyAt: number;
}

interface Occurrence {
  node: Identifier;
  /** From the program down to the parent. */
  above: readonly AnyNode[];
}

type Scopes = Map<AnyNode, Map<string, Binding>>;

const PATTERNS = new Set(['ObjectPattern', 'ArrayPattern', 'RestElement', 'AssignmentPattern', 'Property']);
const BLOCKS = new Set([
  'Program',
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
]);

const isBlock = (node: AnyNode): boolean => BLOCKS.has(node.type) || isFunction(node);

/** The innermost of `nodes` that `accepts` accepts, otherwise the first: the program. */
function innermost(nodes: readonly AnyNode[], accepts: (node: AnyNode) => boolean): AnyNode {
  const found = nodes.findLast(accepts) ?? nodes[0];
  if (found === undefined) throw new Error('a name has no program around it');
  return found;
}

/** The declaration that an identifier in pattern position makes, or `undefined` if it assigns. */
function declarationOf({ node, above }: Occurrence): Declaration | undefined {
  const index = above.findLastIndex((parent) => !PATTERNS.has(parent.type));
  const parent = above[index];
  const outer = above.slice(0, index);
  switch (parent?.type) {
    case 'VariableDeclarator': {
      const list = outer.at(-1);
      const isVar = list?.type === 'VariableDeclaration' && list.kind === 'var';
      return { scope: innermost(outer, isVar ? isFunction : isBlock), readyAt: parent.end };
    }
    case 'FunctionDeclaration':
      return { scope: parent.id === node ? innermost(outer, isBlock) : parent, readyAt: 0 };
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'CatchClause':
      return { scope: parent, readyAt: 0 };
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { scope: innermost(outer, isBlock), readyAt: parent.end };
    default:
      return undefined;
  }
}

/** False if the scope already has the name: a `var` with a value then assigns. */
function declare(
  scopes: Scopes,
  name: string,
  { scope, readyAt }: Declaration,
  above: readonly AnyNode[],
): boolean {
  const names = scopes.get(scope) ?? new Map<string, Binding>();
  scopes.set(scope, names);
  if (names.has(name)) return false;
  const owner = isFunction(scope) ? scope : above.slice(0, above.indexOf(scope)).findLast(isFunction);
  names.set(name, { name, owner, readyAt, uses: [] });
  return true;
}

function resolve(scopes: Scopes, name: string, above: readonly AnyNode[]): Binding | undefined {
  for (let index = above.length - 1; index >= 0; index--) {
    const scope = above[index];
    const found = scope === undefined ? undefined : scopes.get(scope)?.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function occurrencesOf(program: Program): { patterns: Occurrence[]; reads: Occurrence[] } {
  const patterns: Occurrence[] = [];
  const reads: Occurrence[] = [];
  fullAncestor(program, (node, _, path, type) => {
    if (node.type !== 'Identifier') return;
    // The walker's own name for an identifier that is declared or assigned to.
    const list = type === 'VariablePattern' ? patterns : reads;
    list.push({ node, above: path.slice(0, -1) });
  });
  return { patterns, reads };
}

function declareImports(scopes: Scopes, program: Program): void {
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    for (const { local } of node.specifiers) {
      declare(scopes, local.name, { scope: program, readyAt: 0 }, [program]);
    }
  }
}

const reassigns = ({ node, above }: Occurrence): boolean => {
  const parent = above.at(-1);
  return parent?.type === 'UpdateExpression' || (parent?.type === 'ForInStatement' && parent.left === node);
};

/** Resolves every name of a program by ECMAScript's rules of scope. */
export function namesOf(program: Program): Names {
  const scopes: Scopes = new Map();
  const { patterns, reads } = occurrencesOf(program);
  declareImports(scopes, program);
  const assignments = patterns.filter((pattern) => {
    const declaration = declarationOf(pattern);
    return declaration === undefined || !declare(scopes, pattern.node.name, declaration, pattern.above);
  });
  const free: Identifier[] = [];
  const use = (occurrence: Occurrence, writes: boolean): void => {
    const { node, above } = occurrence;
    const binding = resolve(scopes, node.name, above);
    if (binding === undefined) free.push(node);
    else binding.uses.push({ node, functions: above.filter(isFunction), writes });
  };
  for (const assignment of assignments) use(assignment, true);
  for (const read of reads) use(read, reassigns(read));
  return { bindings: [...scopes.values()].flatMap((names) => [...names.values()]), free };
}
