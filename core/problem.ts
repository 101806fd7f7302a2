import { groupBy } from './group-by.ts';
import { quoted } from './json.ts';
import { anyText, listOf, objectWith, optional, type Schema } from './schema.ts';
import type { Hostname, InstanceId } from './wire/brands.ts';

/** Something a person can fix: who, which tag, what is wrong and what to do. */
export interface Problem {
  /** Instance id, or `''` when the problem belongs to a name rather than to one instance. */
  instance: InstanceId | '';
  /** The tag key, `''` when no single tag is at fault. */
  tag: string;
  /** The hostnames that it is about: each is served otherwise than its tags ask, or not at all. Absent when none is known. */
  hostnames?: readonly Hostname[];
  message: string;
}

/** A problem in a document that is read back. */
export const problem: Schema<Problem> = objectWith<Problem>({
  instance: anyText,
  tag: anyText,
  hostnames: optional(listOf(anyText)),
  message: anyText,
});

/** A problem with one tag's value: names the value, the reason, and what happens when it is mended. */
export function tagProblem(instance: InstanceId, tag: string, value: string, reason: string): Problem {
  const message = `${instance}: ${keyText(tag)} is ${quoted(value)}, ${reason}; fix the tag and the next event picks it up`;
  return { instance, tag, message };
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
  const message = `${instance}: and ${untold.length} more; fix these first`;
  return withHostnames(
    untold.flatMap(({ hostnames = [] }) => hostnames),
    { instance, tag: '', message },
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
