import { SourceMap, type SourceMapPayload } from 'node:module';
import { normalize } from 'node:path';
import { type AnyNode, type ExportNamedDeclaration, getLineInfo, type Program, parse } from 'acorn';
import { breakLines, compact } from './compact.ts';
import { applyEdits, type Edit, offsetBefore } from './edits.ts';
import type { Violation } from './gate/gate.ts';

/** A function as CloudFront takes it, and the way back to its source. */
export interface Assembled {
  code: string;
  /** The same violation at its place in the source, where the source map knows it. */
  sourceOf(violation: Violation): Violation;
}

/** The local names under which a bundle imports each module: one for each source file that does. */
function importedNames(program: Program): Map<string, string[]> {
  const names = new Map<string, string[]>([['cloudfront', []]]);
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const source = String(node.source.value);
    names.set(source, [...(names.get(source) ?? []), ...node.specifiers.map(({ local }) => local.name)]);
  }
  return names;
}

/** Each module once, in AWS's own spelling; `cloudfront` has to be the first statement, whoever imported it. */
function importLines(names: Map<string, string[]>): string[] {
  return [...names].flatMap(([source, [name]]) =>
    name === undefined ? [] : [`import ${name} from '${source}';`],
  );
}

/** Further names of a module that was imported more than once. */
function aliases(names: Map<string, string[]>): string[] {
  return [...names.values()].flatMap(([name, ...others]) => others.map((other) => `${other}=${name}`));
}

/** Short names reach the handler as well; its declaration gets its own name back. */
function handlerEdits(program: Program, { specifiers }: ExportNamedDeclaration): Edit[] {
  const exported = specifiers.find(
    ({ exported: name }) => name.type === 'Identifier' && name.name === 'handler',
  );
  const local = exported?.local.type === 'Identifier' ? exported.local.name : undefined;
  const isHandler = (node: AnyNode): boolean =>
    node.type === 'FunctionDeclaration' && node.id?.name === local;
  const declared = program.body.find(isHandler);
  if (declared?.type !== 'FunctionDeclaration') return [];
  return [{ start: declared.id.start, end: declared.id.end, text: 'handler' }];
}

/** Takes out the imports and the closing export, which CloudFront cannot compile. */
function removals(program: Program): Edit[] {
  return program.body.flatMap((node): Edit[] => {
    const removed = { start: node.start, end: node.end, text: '' };
    if (node.type === 'ImportDeclaration') return [removed];
    const isExport = node.type === 'ExportNamedDeclaration' && node.declaration == null;
    return isExport ? [...handlerEdits(program, node), removed] : [];
  });
}

function offsetOf(code: string, line: number, column: number): number {
  const before = code.split('\n').slice(0, line - 1);
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
}

/** Puts the imports and `constants` (declarators) before the bundle and strips its export. */
export function assemble(bundle: string, constants: readonly string[], map: string): Assembled {
  const program = parse(bundle, { ecmaVersion: 'latest', sourceType: 'module' });
  const names = importedNames(program);
  const head = [...importLines(names), `const ${[...constants, ...aliases(names)].join(',')};`, ''].join(
    '\n',
  );
  const edits = [...breakLines(program), ...removals(program), ...compact(program)];
  const code = `${head}${applyEdits(bundle, edits).trimEnd()}\n`;
  const sourceMap = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const sourceOf = (violation: Violation): Violation => {
    const inBody = offsetOf(code, violation.line, violation.column) - head.length;
    if (inBody < 0) return violation;
    const at = getLineInfo(bundle, offsetBefore(edits, inBody));
    const entry = sourceMap.findEntry(at.line - 1, at.column);
    if (!('originalSource' in entry)) return violation;
    // Sources are named from dist/edge/, where the bundle goes.
    const file = normalize(`dist/edge/${entry.originalSource}`);
    return { ...violation, file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
  return { code, sourceOf };
}
