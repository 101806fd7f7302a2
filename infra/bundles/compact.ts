import type { AnyNode, Program } from 'acorn';
import { full } from 'acorn-walk';
import type { Edit } from './edits.ts';

/** The statement lists in a program: where declarations may stand side by side. */
function statementLists(program: Program): AnyNode[][] {
  const lists: AnyNode[][] = [];
  full(program, (node) => {
    if (node.type === 'Program' || node.type === 'BlockStatement') lists.push(node.body);
    if (node.type === 'SwitchCase') lists.push(node.consequent);
  });
  return lists;
}

/** Makes one declaration of two: `const a=1;const b=2;` → `const a=1,b=2;`. */
function joined(first: AnyNode, second: AnyNode): Edit[] {
  if (first.type !== 'VariableDeclaration' || second.type !== 'VariableDeclaration') return [];
  const from = first.declarations.at(-1);
  const to = second.declarations[0];
  if (first.kind !== second.kind || from === undefined || to === undefined) return [];
  return [{ start: from.end, end: to.start, text: ',' }];
}

const pairsOf = (list: readonly AnyNode[]): (readonly [AnyNode, AnyNode])[] =>
  list.slice(1).flatMap((second, index) => {
    const first = list[index];
    return first === undefined ? [] : [[first, second] as const];
  });

/**
 * The edits that save 3 % of a bundle without moving anything: all that is safe of esbuild's `minifySyntax`,
 * which also carries an `await` into the arguments of a call.
 */
export function joinDeclarations(program: Program): Edit[] {
  return statementLists(program).flatMap((list) => pairsOf(list).flatMap((pair) => joined(...pair)));
}

const isModuleSyntax = ({ type }: AnyNode): boolean =>
  type === 'ImportDeclaration' || type === 'ExportNamedDeclaration';

/** A line for each statement of the module, so that the line in an error names a function. */
export function breakLines(program: Program): Edit[] {
  return pairsOf(program.body)
    .filter((pair) => !pair.some(isModuleSyntax) && joined(...pair).length === 0)
    .map(([, { start }]) => ({ start, end: start, text: '\n' }));
}
