import { quoted } from './json.ts';
import { anyText, objectWith, optional, type Schema } from './schema.ts';

/** Something a person can fix: who, which tag, what is wrong and what to do. */
export interface Problem {
  /** Instance id, or `''` when the problem belongs to a name rather than to one instance. */
  instance: string;
  /** The tag key, `''` when no single tag is at fault. */
  tag: string;
  /** The hostname that it is about, when one is known. */
  hostname?: string;
  message: string;
}

/** A problem in a document that is read back. */
export const problem: Schema<Problem> = objectWith<Problem>({
  instance: anyText,
  tag: anyText,
  hostname: optional(anyText),
  message: anyText,
});

/** A problem with one tag's value: names the value, the reason, and what happens when it is mended. */
export function tagProblem(instance: string, tag: string, value: string, reason: string): Problem {
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
export function firstOfEach(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const told = problems.filter(({ instance }) => {
    const count = (counts.get(instance) ?? 0) + 1;
    counts.set(instance, count);
    return instance === '' || count <= MOST_TOLD;
  });
  const more = [...counts].filter(([instance, count]) => instance !== '' && count > MOST_TOLD);
  return [...told, ...more.map(([instance, count]) => andMore(instance, count - MOST_TOLD))];
}

function andMore(instance: string, count: number): Problem {
  return { instance, tag: '', message: `${instance}: and ${count} more; fix these first` };
}
