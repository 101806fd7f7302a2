import { type AnyNode, getLineInfo, type ImportDeclaration, type Program, parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { LIMITS } from '../../core/wire/limits.ts';
import { NODE_RULES } from './gate-rules.ts';
import { namesOf } from './names.ts';
import { staleUses } from './stale-closures.ts';
import { GLOBALS, INSTEAD_OF_GLOBAL, MODULES } from './surface.ts';

/** A reason why CloudFront would refuse a built function, or would run it differently. */
export interface Violation {
  file: string;
  /** Line and column count from 1. */
  line: number;
  column: number;
  rule: string;
  message: string;
  /** Code to write instead. */
  remedy: string;
}

interface Finding {
  /** Offset in the code. */
  at: number;
  rule: string;
  message: string;
  remedy: string;
}

/** Thrown for a function that CloudFront would refuse; lists every reason. */
export class EdgeBuildRefusedError extends Error {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(
      `the build refused the edge function, because CloudFront could not run it as written:\n${printViolations(violations)}`,
    );
    this.name = 'EdgeBuildRefusedError';
    this.violations = violations;
  }
}

/** One paragraph for each violation: place, rule, fault and remedy. */
export function printViolations(violations: readonly Violation[]): string {
  return violations
    .map(
      ({ file, line, column, rule, message, remedy }) =>
        `${file}:${line}:${column} ${rule}: ${message}\n    ${remedy}`,
    )
    .join('\n');
}

function nodeFindings(program: Program): Finding[] {
  const findings: Finding[] = [];
  fullAncestor(program, (node, _, path) => {
    const ancestors = path.slice(0, -1);
    for (const { name, remedy, checks } of NODE_RULES) {
      for (const check of checks) {
        const message = check.type === node.type ? check.refuse(node, ancestors) : undefined;
        if (message !== undefined) findings.push({ at: node.start, rule: name, message, remedy });
      }
    }
  });
  return findings;
}

const isImport = (node: AnyNode): node is ImportDeclaration => node.type === 'ImportDeclaration';

function importFault({ start, source, specifiers }: ImportDeclaration): string | undefined {
  const name = String(source.value);
  if (!MODULES.some((module) => module === name))
    return `import of ${name}, which does not exist at the edge`;
  if (name === 'cloudfront' && start !== 0) return 'import of cloudfront that is not the first statement';
  const isDefault = specifiers.length === 1 && specifiers[0]?.type === 'ImportDefaultSpecifier';
  return isDefault ? undefined : `import of ${name} without a default binding`;
}

function importFindings(program: Program): Finding[] {
  return program.body.filter(isImport).flatMap((node) => {
    const message = importFault(node);
    const remedy = `write: import name from '…' for one of ${MODULES.join(', ')}; cloudfront on line 1`;
    return message === undefined ? [] : [{ at: node.start, rule: 'import', message, remedy }];
  });
}

function handlerFindings(program: Program): Finding[] {
  const isHandler = (node: AnyNode): boolean =>
    node.type === 'FunctionDeclaration' && node.id?.name === 'handler' && !node.generator;
  if (program.body.filter(isHandler).length === 1) return [];
  const message = 'the entry declares no function named handler';
  const remedy = 'declare async function handler(event) at the top level of the entry and export it';
  return [{ at: 0, rule: 'handler', message, remedy }];
}

function nameFindings(program: Program): Finding[] {
  const { bindings, free } = namesOf(program);
  const unknown = free
    .filter(({ name }) => !Object.hasOwn(GLOBALS, name))
    .map(({ start, name }) => ({
      at: start,
      rule: 'unknown-name',
      message: `${name} does not exist at the edge`,
      remedy: INSTEAD_OF_GLOBAL[name] ?? 'declare it, or see the list of globals in build/gate/surface.ts',
    }));
  const stale = staleUses(bindings).map(({ use, message }) => ({
    at: use.node.start,
    rule: 'stale-closure',
    message,
    remedy: 'pass the value to a top-level function, copy it into a const before the closure, or use a loop',
  }));
  return [...unknown, ...stale];
}

function sizeFindings(code: string): Finding[] {
  const bytes = Buffer.byteLength(code);
  if (bytes <= LIMITS.functionBytes) return [];
  const message = `the function has ${bytes} bytes, and CloudFront accepts at most ${LIMITS.functionBytes}`;
  return [{ at: 0, rule: 'size', message, remedy: 'move texts to the site bucket or logic to the updater' }];
}

function parseFault(error: unknown): Finding {
  const { message, pos } = error as SyntaxError & { pos?: number };
  return {
    at: pos ?? 0,
    rule: 'syntax',
    message,
    remedy: 'correct the syntax: the code must parse as an ECMAScript module',
  };
}

function findingsIn(code: string): Finding[] {
  let program: Program;
  try {
    program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    return [parseFault(error)];
  }
  const all = [
    ...importFindings(program),
    ...handlerFindings(program),
    ...nodeFindings(program),
    ...nameFindings(program),
  ];
  return [...all, ...sizeFindings(code)].sort((a, b) => a.at - b.at);
}

/**
 * Finds code in a built CloudFront Function (runtime 2.0) that the service cannot run. The service accepts any code at
 * deployment, and then answers every request with 503. The result is empty if the function may ship.
 */
export function gate(code: string, file: string): Violation[] {
  return findingsIn(code).map(({ at, rule, message, remedy }) => {
    const { line, column } = getLineInfo(code, at);
    return { file, line, column: column + 1, rule, message, remedy };
  });
}
