import type { Cause } from '../../core/journal/cause.ts';

/** The reason for a state. */
export interface Reason {
  /** `written` by the updater; `found`: no record says who wrote it; `lease`: its lease ended. */
  how: 'written' | 'found' | 'lease';
  causes: readonly Pick<Cause, 'kind' | 'by'>[];
}

/** Says why a name changed, in words that follow `Cause:`. */
export function describeReason({ how, causes }: Reason): string {
  if (how === 'lease') return 'its lease ended';
  const [first, ...more] = causes.map(describeCause);
  if (first === undefined) return how === 'found' ? 'found so; no record says why' : 'no event is known';
  return more.length === 0 ? first : `${first}, and ${more.length} more`;
}

/** `RunInstances by Developer/ada`, `EC2 reported stopped`. */
export function describeCause({ kind, by }: Pick<Cause, 'kind' | 'by'>): string {
  const [, state] = /^state-change: (.+)$/.exec(kind) ?? [];
  const words = state === undefined ? (kind === 'sweep' ? 'a sweep' : kind) : `EC2 reported ${state}`;
  return by === undefined ? words : `${words} by ${by}`;
}
