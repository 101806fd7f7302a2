import type { Template } from 'aws-cdk-lib/assertions';

/** One statement of a policy, as templates hold them. */
export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

/** Every statement of every policy in a template, wherever it stands: of roles, queues, buckets, topics, buses. */
export function statementsIn(template: Template): Statement[] {
  const found: Statement[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('Effect' in node && 'Action' in node) found.push(node as Statement);
    for (const child of Object.values(node)) visit(child);
  };
  visit(template.toJSON());
  return found;
}

/** Returns a list, because CloudFormation allows a single value in place of a list. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** The text of a resource; values that are known at deployment only are `<…>`. */
export function textOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const join = (resource as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(textOf).join(join[0]) : '<…>';
}

/** The text of a value after deployment: a name for each reference, so that equal references have equal text. */
export function deployed(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[kind, operand] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (kind === 'Ref') return String(operand);
  if (kind === 'Fn::GetAtt') return `arn:aws:s3:::${(operand as string[])[0]}`;
  if (kind === 'Fn::GetStackOutput') return (operand as { OutputName: string }).OutputName;
  if (kind === 'Fn::Join') {
    const [separator, parts] = operand as [string, unknown[]];
    return parts.map(deployed).join(separator);
  }
  throw new Error(`${kind} is new here: say what it is once deployed`);
}
