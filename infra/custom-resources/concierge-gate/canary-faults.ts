import type { Canary } from './canaries.ts';
import type { Answer } from './origin-request.ts';

/** Why a function is not proven. */
export interface CanaryFault {
  message: string;
  /** False if another attempt would fail in the same way. */
  again: boolean;
}

/** An answer of the function with the reasons in its log, or the failure of an invocation. */
export type Given = { answer: Answer; reasons: readonly string[] } | { failure: string; again: boolean };

/** The fault of an answer that is not one of the right ones, that caches or scripts of other sites may read, or that hides a failure. */
export function findAnswerFault(
  { name, right, mayExplain }: Pick<Canary, 'name' | 'right' | 'mayExplain'>,
  given: Given,
): CanaryFault | undefined {
  const fault = (message: string, again = false) => ({ message: `canary "${name}": ${message}`, again });
  if ('failure' in given) return fault(given.failure, given.again);
  const { answer, reasons } = given;
  const got = `${answer.status} ${answer.state}`;
  const said = reasons.length === 0 ? '' : `; the function says: ${reasons.join(', ')}`;
  // Its role may be seconds old, or the provider may be out of reach.
  if (!right.includes(got))
    return fault(`expected ${right.join(' or ')}, got ${got}${said}`, answer.status >= 500);
  if (said !== '' && !mayExplain) return fault(`expected no failure behind ${got}${said}`, true);
  const caching = answer.headers.get('cache-control')?.join(', ');
  if (caching !== 'no-store') return fault(`expected cache-control: no-store, got ${caching ?? 'none'}`);
  return answer.headers.has('access-control-allow-origin')
    ? fault('expected an answer that scripts of other sites cannot read, got access-control-allow-origin')
    : undefined;
}
