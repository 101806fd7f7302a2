import { SourceMap, type SourceMapPayload } from 'node:module';
import { normalize } from 'node:path';
import { type AnyNode, type ExportNamedDeclaration, type Program, parse } from 'acorn';
import MagicString from 'magic-string';
import type { Violation } from '../gate/gate.ts';

/** A function in the form that CloudFront accepts, and the mapping back to its source. */
export interface Assembled {
  code: string;
  /** The same violation at its place in the source, if the source map knows the place. */
  sourceOf(violation: Violation): Violation;
}

/** The local names under which a bundle imports each module: one for each source file that imports it. */
function importedNames(program: Program): Map<string, string[]> {
  const names = new Map<string, string[]>([['cloudfront', []]]);
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const source = String(node.source.value);
    names.set(source, [...(names.get(source) ?? []), ...node.specifiers.map(({ local }) => local.name)]);
  }
  return names;
}

/** Imports each module once, in AWS's own spelling. The import of `cloudfront` must be the first statement. */
function importLines(names: Map<string, string[]>): string[] {
  return [...names].flatMap(([source, [name]]) =>
    name === undefined ? [] : [`import ${name} from '${source}';`],
  );
}

/** Further names of a module that was imported more than once. */
function aliases(names: Map<string, string[]>): string[] {
  return [...names.values()].flatMap(([name, ...others]) => others.map((other) => `${other}=${name}`));
}

/** Minifying also shortens the handler's name; its declaration gets the original name back. */
function renameHandler(bundle: MagicString, program: Program, { specifiers }: ExportNamedDeclaration): void {
  const exported = specifiers.find(
    ({ exported: name }) => name.type === 'Identifier' && name.name === 'handler',
  );
  const local = exported?.local.type === 'Identifier' ? exported.local.name : undefined;
  const isHandler = (node: AnyNode): boolean =>
    node.type === 'FunctionDeclaration' && node.id?.name === local;
  const declared = program.body.find(isHandler);
  if (declared?.type === 'FunctionDeclaration') bundle.update(declared.id.start, declared.id.end, 'handler');
}

/**
 * Takes out the imports and the closing export, which CloudFront cannot compile, and gives each statement a line.
 */
function rewrite(bundle: MagicString, program: Program): void {
  for (const [at, node] of program.body.entries()) {
    const isExport = node.type === 'ExportNamedDeclaration' && node.declaration == null;
    if (isExport) renameHandler(bundle, program, node);
    if (isExport || node.type === 'ImportDeclaration') bundle.remove(node.start, node.end);
    else if (at > 0 && program.body[at - 1]?.type !== 'ImportDeclaration')
      bundle.appendLeft(node.start, '\n');
  }
}

/** The constants of a deployment, in the form in which they get into a bundle. */
export interface Constants {
  /** Declarators in the line before the bundle. */
  declarators: readonly string[];
  /** Texts by their stand-ins in the bundle. */
  texts: Readonly<Record<string, string>>;
}

/** Puts the imports and declarators before the bundle, puts texts in place of their stand-ins, and strips the export. */
export function assemble(bundle: string, constants: Constants, map: string): Assembled {
  const program = parse(bundle, { ecmaVersion: 'latest', sourceType: 'module' });
  const names = importedNames(program);
  const declarators = [...constants.declarators, ...aliases(names)].join(',');
  const body = new MagicString(bundle);
  rewrite(body, program);
  for (const [standIn, text] of Object.entries(constants.texts)) body.replaceAll(standIn, text);
  body
    .trimEnd()
    .append('\n')
    .prepend(
      [...importLines(names), ...(declarators === '' ? [] : [`const ${declarators};`]), ''].join('\n'),
    );
  const toBundle = new SourceMap(payloadOf(body.generateMap({ hires: true }).toString()));
  const toSource = new SourceMap(payloadOf(map));
  const sourceOf = (violation: Violation): Violation => {
    const inBundle = originOf(toBundle, violation.line - 1, violation.column - 1);
    const origin = inBundle && originOf(toSource, inBundle.line, inBundle.column);
    if (!origin) return violation;
    // Sources are relative to dist/edge/, the folder of the bundle.
    const file = normalize(`dist/edge/${origin.file}`);
    return { ...violation, file, line: origin.line + 1, column: origin.column + 1 };
  };
  return { code: body.toString(), sourceOf };
}

/** Lines and columns count from 0. */
function originOf(map: SourceMap, line: number, column: number) {
  const entry = map.findEntry(line, column);
  if (!('originalSource' in entry)) return undefined;
  return { file: entry.originalSource, line: entry.originalLine, column: entry.originalColumn };
}

function payloadOf(json: string): SourceMapPayload {
  return JSON.parse(json);
}
