import { groupBy } from './group-by.ts';
import { quoted } from './json.ts';
import type { ProblemCode } from './problem-codes.ts';
import { anyText, listOf, objectWith, optional, type Schema, text } from './schema.ts';
import type { Hostname, InstanceId } from './wire/brands.ts';

/** Something a person can fix: who, which tag, what is wrong and what to do. */
export interface Problem {
  /** A key of `PROBLEMS`; in a document that another version wrote it may be a code that this one does not know. */
  code: string;
  /** Instance id, or `''` when the problem belongs to a name rather than to one instance. */
  instance: InstanceId | '';
  /** The tag key, `''` when no single tag is at fault. */
  tag: string;
  /** The hostnames that it is about: each is served otherwise than its tags ask, or not at all. Absent when none is known. */
  hostnames?: readonly Hostname[];
  /** What is there and should not be: a value, an owner, an error. As it was found, so it is quoted before it is shown. */
  found?: string;
  /** How to mend it; the message ends with it. Absent where nothing has to be mended. */
  remedy?: string;
  /** What is wrong and how to mend it, in one sentence. */
  message: string;
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
});

/** What a message is made of. */
export interface Explanation {
  code: ProblemCode;
  /** What is wrong. */
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

/** A problem with one tag's value: names the value, the reason, and what happens when it is mended. */
export function tagProblem(
  code: ProblemCode,
  instance: InstanceId,
  { key, value }: Tag,
  reason: string,
): Problem {
  return makeProblem({
    ...{ code, instance, tag: key, found: value },
    what: `${instance}: ${keyText(key)} is ${quoted(value)}, ${reason}`,
    remedy: 'fix the tag and the next event picks it up',
  });
}

/** A key as it stands in a message: a plain one between backticks, any other quoted like a value. */
function keyText(key: string): string {
  return /^[!-_a-~]{1,80}$/.test(key) ? `\`${key}\`` : quoted(key);
}

/** Problems of one instance that are told: its tags could fill every page and record. */
const MOST_TOLD = 20;

/** The first problems of each instance, and how many more it has. Those of names without an instance are all told. */
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

/** Hostnames that one problem names: a hand can write more into a tag than an instance may have. */
const MOST_HOSTNAMES = 50;

/** The same problem, told of the hostnames that it is about. */
export function withHostnames(hostnames: readonly Hostname[], problem: Problem): Problem {
  if (hostnames.length === 0) return problem;
  return { ...problem, hostnames: [...new Set(hostnames)].sort().slice(0, MOST_HOSTNAMES) };
}

/** Problems that say the same, told once of all their hostnames. */
export function mergeEqual(problems: readonly Problem[]): Problem[] {
  const once = new Map<string, Problem>();
  for (const problem of problems) {
    const { hostnames = [] } = once.get(problem.message) ?? {};
    once.set(problem.message, withHostnames([...hostnames, ...(problem.hostnames ?? [])], problem));
  }
  return [...once.values()];
}
