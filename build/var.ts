import { type AnyNode, type Program, parse, type VariableDeclaration } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import MagicString from 'magic-string';
import { isFunction } from './gate/gate-rules.ts';
import { namesOf } from './gate/names.ts';

const LOOPS = ['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement'];

interface Place {
  node: VariableDeclaration;
  /** The innermost function around it. */
  owner: AnyNode;
  /** Whether a loop of that function runs it more than once. */
  isRepeated: boolean;
}

function placesIn(program: Program): Place[] {
  const places: Place[] = [];
  fullAncestor(program, (node, _, path) => {
    if (node.type !== 'VariableDeclaration' || node.kind === 'var') return;
    const above = path.slice(0, -1);
    const at = above.findLastIndex(isFunction);
    const owner = above[at];
    if (owner === undefined) return;
    const isRepeated = above.slice(at).some(({ type }) => LOOPS.includes(type));
    places.push({ node, owner, isRepeated });
  });
  return places;
}

/**
 * Declares the variables of functions with `var`: njs takes 1 % fewer instructions for it, and blocks can share a declaration.
 * A declaration stays as it is if `var` could mean something else: a closure that captures the variable, another variable of that name in reach, or a
 * variable without a value in a loop, which `let` empties in each round. Lines and columns stay the same.
 */
export function withVar(code: string): string {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const { bindings, free } = namesOf(program);
  const changed = new MagicString(code);
  const isSafe = (name: string, owner: AnyNode): boolean => {
    const inReach = bindings.filter(
      (binding) =>
        binding.name === name &&
        (binding.owner === owner || binding.uses.some(({ functions }) => functions.includes(owner))),
    );
    const isOwn = inReach.every((binding) => binding.owner === owner);
    const isCaptured = inReach.some(({ uses }) => uses.some(({ functions }) => functions.at(-1) !== owner));
    const isFree = free.some((node) => node.name === name);
    return inReach.length === 1 && isOwn && !isCaptured && !isFree;
  };
  for (const { node, owner, isRepeated } of placesIn(program)) {
    const isVar = node.declarations.every(
      ({ id, init }) => id.type === 'Identifier' && (init != null || !isRepeated) && isSafe(id.name, owner),
    );
    if (isVar) changed.update(node.start, node.start + node.kind.length, 'var'.padEnd(node.kind.length));
  }
  return changed.toString();
}
