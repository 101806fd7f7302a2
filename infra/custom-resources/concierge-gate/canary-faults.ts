import type { Answer } from './origin-request.ts';

/** Why a function is not proven. */
export interface CanaryFault {
  message: string;
  /** False if another attempt would fail in the same way. */
  again: boolean;
}

/** An answer of the function with the reasons in its log, or the failure of an invocation. */
export type Given = { answer: Answer; reasons: readonly string[] } | { failure: string; again: boolean };

/** The fault of an answer that is not one of the right ones, or that caches or scripts of other sites may read. */
export function findAnswerFault(
  name: string,
  right: readonly string[],
  given: Given,
): CanaryFault | undefined {
  const fault = (message: string, again = false) => ({ message: `canary "${name}": ${message}`, again });
  if ('failure' in given) return fault(given.failure, given.again);
  const { answer, reasons } = given;
  const got = `${answer.status} ${answer.state}`;
  const said = reasons.length === 0 ? '' : `; the function says: ${reasons.join(', ')}`;
  if (!right.includes(got))
    return fault(`expected ${right.join(' or ')}, got ${got}${said}`, answer.status >= 500);
  const caching = answer.headers.get('cache-control')?.join(', ');
  if (caching !== 'no-store') return fault(`expected cache-control: no-store, got ${caching ?? 'none'}`);
  return answer.headers.has('access-control-allow-origin')
    ? fault('expected an answer that scripts of other sites cannot read, got access-control-allow-origin')
    : undefined;
}
