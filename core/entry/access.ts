import { commonRule, isAccessRule, NO_PERSON } from '../access/access-rule.ts';
import { isCount } from '../json.ts';

/** The viewers that a hostname admits. */
export type Access =
  /** Every viewer that the deployment admits: it has no sign-in. A router with sign-in refuses the entry. */
  | 'public'
  /** Every viewer, although the deployment has sign-in: a claim rule allows it. */
  | 'open'
  | Gated;

/** Signed-in viewers only. */
export interface Gated {
  /** The number of the write in which the rule or the claimant last changed. A session with a lower number is refused. */
  readonly since: number;
  /** The access rule; absent if every signed-in person may open the hostname. */
  readonly rule?: string;
}

export function isGated(access: Access): access is Gated {
  return typeof access === 'object';
}

/** The access word of a value: `p`, `o`, or `g`, the sequence number in base 36 and, after a colon, the rule. */
export function encodeAccess(access: Access): string {
  if (!isGated(access)) return access === 'public' ? 'p' : 'o';
  const rule = access.rule === undefined ? '' : `:${access.rule}`;
  return `g${access.since.toString(36)}${rule}`;
}

/** Decodes an access word. Undefined for a word that `encodeAccess` cannot write. */
export function decodeAccess(word: string): Access | undefined {
  if (word === 'p') return 'public';
  if (word === 'o') return 'open';
  const [, digits = '', , rule] = /^g([\da-z]+)(:(.+))?$/.exec(word) ?? [];
  const since = Number.parseInt(digits, 36);
  if (!isCount(since) || (rule !== undefined && !isAccessRule(rule))) return undefined;
  const access = { since, ...(rule === undefined ? {} : { rule }) };
  return encodeAccess(access) === word ? access : undefined;
}

/** The same access with another number. */
export function numbered(access: Access, since: number): Access {
  return isGated(access) ? { ...access, since } : access;
}

/** The same access without the rule, for a hostname that is gone. */
export function withoutRule(access: Access): Access {
  return isGated(access) ? { since: access.since } : access;
}

/** The same access with the shortest rule, which admits no person. */
export function withoutPersons(access: Access): Access {
  return isGated(access) ? { since: access.since, rule: NO_PERSON } : access;
}

/** Admits a viewer if both admit the viewer. `since` is the later one. */
export function commonAccess(a: Access, b: Access): Access {
  if (!isGated(a)) return b;
  if (!isGated(b)) return a;
  const rule = commonRule(a.rule, b.rule);
  return { since: Math.max(a.since, b.since), ...(rule === undefined ? {} : { rule }) };
}

/** Whether both admit the same viewers. */
export function isSameAccess(a: Access, b: Access): boolean {
  return isGated(a) && isGated(b) ? a.rule === b.rule : a === b;
}

/** The present access without the viewers whom the new one refuses. A refusal never waits, an admission may. */
export function narrowed(before: Access, after: Access): Access {
  const common = commonAccess(before, after);
  return isSameAccess(common, before) ? before : common;
}
