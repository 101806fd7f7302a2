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

/** Block-scoped either way; `let` is two bytes shorter. */
const isBlockScoped = (node: AnyNode): boolean =>
  node.type === 'VariableDeclaration' && (node.kind === 'const' || node.kind === 'let');

/** Makes one declaration of two: `let a=1;let b=2;` → `let a=1,b=2;`. */
function joined(first: AnyNode, second: AnyNode): Edit[] {
  if (first.type !== 'VariableDeclaration' || second.type !== 'VariableDeclaration') return [];
  const from = first.declarations.at(-1);
  const to = second.declarations[0];
  const alike = first.kind === second.kind || (isBlockScoped(first) && isBlockScoped(second));
  if (!alike || from === undefined || to === undefined) return [];
  return [{ start: from.end, end: to.start, text: ',' }];
}

const pairsOf = (list: readonly AnyNode[]): (readonly [AnyNode, AnyNode])[] =>
  list.slice(1).flatMap((second, index) => {
    const first = list[index];
    return first === undefined ? [] : [[first, second] as const];
  });

/** `const` → `let` for the declarations of a list whose keyword no join takes away. */
function loosened(list: readonly AnyNode[]): Edit[] {
  return list.flatMap((node, index) => {
    const before = list[index - 1];
    const isJoined = before !== undefined && joined(before, node).length > 0;
    if (isJoined || node.type !== 'VariableDeclaration' || node.kind !== 'const') return [];
    return [{ start: node.start, end: node.start + 'const'.length, text: 'let' }];
  });
}

/** `headers["host"]` → `headers.host`: TypeScript wants the long form for what may be absent. */
function dotted(program: Program): Edit[] {
  const edits: Edit[] = [];
  full(program, (node) => {
    if (node.type !== 'MemberExpression' || !node.computed || node.property.type !== 'Literal') return;
    const name = String(node.property.value);
    if (typeof node.property.value !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(name)) return;
    edits.push({ start: node.object.end, end: node.end, text: `.${name}` });
  });
  return edits;
}

/**
 * The edits that make a bundle smaller without moving anything: all that is safe of esbuild's `minifySyntax`, which
 * also carries an `await` into the arguments of a call.
 */
export function compact(program: Program): Edit[] {
  const lists = statementLists(program);
  const joins = lists.flatMap((list) => pairsOf(list).flatMap((pair) => joined(...pair)));
  return [...joins, ...lists.flatMap(loosened), ...dotted(program)];
}

const isModuleSyntax = ({ type }: AnyNode): boolean =>
  type === 'ImportDeclaration' || type === 'ExportNamedDeclaration';

/** A line for each statement of the module, so that the line in an error names a function. */
export function breakLines(program: Program): Edit[] {
  return pairsOf(program.body)
    .filter((pair) => !pair.some(isModuleSyntax) && joined(...pair).length === 0)
    .map(([, { start }]) => ({ start, end: start, text: '\n' }));
}
