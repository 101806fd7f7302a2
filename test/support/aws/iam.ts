/** A statement as IAM reads it, with all references resolved. */
export interface PolicyStatement {
  Effect: 'Allow' | 'Deny';
  Action: readonly string[];
  Resource: readonly string[];
  /** `*`, or the principal of the statement; undefined in a policy of a role. */
  Principal?: string;
  /** Operator → key → values. */
  Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A call as IAM sees it. */
export interface AccessRequest {
  action: string;
  resource: string;
  /** Condition keys of the request with their values. */
  context: Readonly<Record<string, string>>;
}

/** Thrown for a condition that this file does not implement. */
export class UnknownOperatorError extends Error {
  override name = 'UnknownOperatorError';
}

/**
 * IAM's decision within one account (IAM User Guide, "Policy evaluation logic"). A call is refused if a statement denies it or
 * none allows it. Only the condition operators of our policies are known.
 *
 * @throws UnknownOperatorError
 */
export function decisionOf(
  statements: readonly PolicyStatement[],
  request: AccessRequest,
): 'allowed' | 'denied' | 'not allowed' {
  const about = statements.filter((statement) => isAbout(statement, request));
  if (about.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return about.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'not allowed';
}

function isAbout({ Action, Resource, Condition = {} }: PolicyStatement, request: AccessRequest): boolean {
  return (
    // Actions ignore case, resources do not.
    Action.some((pattern) => isLike(request.action.toLowerCase(), pattern.toLowerCase())) &&
    Resource.some((pattern) => isLike(request.resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, values, request.context[key])),
    )
  );
}

function holds(operator: string, values: readonly string[], value: string | undefined): boolean {
  switch (operator) {
    case 'Null':
      return values.includes(String(value === undefined));
    case 'Bool':
    case 'StringEquals':
      return value !== undefined && values.includes(value);
    default:
      throw new UnknownOperatorError(`say what ${operator} means`);
  }
}

/** `*` stands for any characters, `?` for one. */
function isLike(text: string, pattern: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\*/g, '.*').replace(/\?/g, '.')}$`).test(text);
}
