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
  const shown = value.length > 80 ? `${value.slice(0, 77)}…` : value;
  const quoted = JSON.stringify(shown);
  return {
    instance,
    tag,
    message: `${instance}: \`${tag}\` is ${quoted}, ${reason}; fix the tag and the next event picks it up`,
  };
}
