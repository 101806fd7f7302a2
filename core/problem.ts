import { groupBy } from './group-by.ts';
import { quoted } from './json.ts';
import type { ProblemCode } from './problem-codes.ts';
import { anyText, listOf, objectWith, optional, type Schema, text } from './schema.ts';
import type { Hostname, InstanceId } from './wire/brands.ts';

/** Something a person can fix: who, which tag, what is wrong and what to do. */
export interface Problem {
  /** A key of `PROBLEMS`. In a document of another version it may be a code that this version does not know. */
  code: string;
  /** Instance id, or `''` when the problem belongs to a name rather than to one instance. */
  instance: InstanceId | '';
  /** The tag key, `''` when no single tag is at fault. */
  tag: string;
  /** The hostnames that are not served as their tags ask. Absent when none is known. */
  hostnames?: readonly Hostname[];
  /** The wrong value, or the cause. It is raw: quote it before you show it. */
  found?: string;
  /** How to mend it; the message ends with it. Absent if there is nothing to mend. */
  remedy?: string;
  /** The fault and its remedy, in one sentence. */
  message: string;
  /** A change of the instance's tags that mends it. Absent if none is known. */
  mend?: TagChange;
}

/** A change of the tags of one instance. */
export interface TagChange {
  set?: Tag;
  /** A key. */
  remove?: string;
}

/** A problem in a document that is read back. */
export const problem: Schema<Problem> = objectWith<Problem>({
  code: text,
  instance: anyText,
  tag: anyText,
  hostnames: optional(listOf(anyText)),
  found: optional(anyText),
  remedy: optional(anyText),
  message: anyText,
  mend: optional(
    objectWith<TagChange>({
      set: optional(objectWith<Tag>({ key: text, value: anyText })),
      remove: optional(text),
    }),
  ),
});

/** The parts of a message. */
export interface Explanation {
  code: ProblemCode;
  /** The fault. */
  what: string;
  found?: string;
  remedy?: string;
}

type About = Partial<Pick<Problem, 'instance' | 'tag' | 'hostnames'>>;

export function makeProblem(explanation: Explanation & About): Problem {
  const { code, what, instance = '', tag = '', ...parts } = explanation;
  const message = parts.remedy === undefined ? what : `${what}; ${parts.remedy}`;
  return { code, instance, tag, ...parts, message };
}

/** One tag of an instance. */
export interface Tag {
  key: string;
  value: string;
}

/** A problem with the value of one tag. Every signed-in person may read it, so it names no person whom the tag admits. */
export function tagProblem(
  code: ProblemCode,
  instance: InstanceId,
  { key, value }: Tag,
  reason: string,
): Problem {
  const found = withoutPeople(value);
  return makeProblem({
    ...{ code, instance, tag: key, found },
    what: `${instance}: ${keyText(key)} is ${quoted(found)}, ${reason}`,
    remedy: 'fix the tag and the next event picks it up',
  });
}

/** `alice@example.com` becomes `…@example.com`. A domain alone, `*@example.com`, stays. */
export function withoutPeople(value: string): string {
  return value.replace(/[^\s,;*]+@(?=[^\s,;@]*\.)/g, '…@');
}

/** A key for a message: in backticks if it is plain, else quoted like a value. */
function keyText(key: string): string {
  return /^[!-_a-~]{1,80}$/.test(key) ? `\`${key}\`` : quoted(key);
}

/** At most this many problems of one instance are shown, because its tags could fill every page and record. */
const MOST_TOLD = 20;

/** Keeps the first problems of each instance and counts the rest. Problems without an instance are all kept. */
export function limitPerInstance(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const told = problems.filter(({ instance }) => {
    const count = (counts.get(instance) ?? 0) + 1;
    counts.set(instance, count);
    return instance === '' || count <= MOST_TOLD;
  });
  const known = new Set(told);
  const untold = problems.filter((problem) => !known.has(problem));
  return [...told, ...[...groupBy(untold, ({ instance }) => instance)].map(andMore)];
}

function andMore([instance, untold]: [string, readonly Problem[]]): Problem {
  const rest = untold.length === 1 ? '1 more problem is' : `${untold.length} more problems are`;
  const what = `${instance}: ${rest} not shown`;
  return withHostnames(
    untold.flatMap(({ hostnames = [] }) => hostnames),
    makeProblem({ code: 'more-problems', instance, what, remedy: 'fix these first' }),
  );
}

/** A problem names at most this many hostnames: a tag can hold more than an instance may have. */
const MOST_HOSTNAMES = 50;

/** The same problem with its hostnames. */
export function withHostnames(hostnames: readonly Hostname[], problem: Problem): Problem {
  if (hostnames.length === 0) return problem;
  return { ...problem, hostnames: [...new Set(hostnames)].sort().slice(0, MOST_HOSTNAMES) };
}

/** Merges problems with the same message and joins their hostnames. */
export function mergeEqual(problems: readonly Problem[]): Problem[] {
  const once = new Map<string, Problem>();
  for (const problem of problems) {
    const { hostnames = [] } = once.get(problem.message) ?? {};
    once.set(problem.message, withHostnames([...hostnames, ...(problem.hostnames ?? [])], problem));
  }
  return [...once.values()];
}
