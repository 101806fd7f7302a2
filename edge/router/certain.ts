import type { RulePath } from '../../core/wire/layout.ts';

/**
 * Facts that the router knows and the compiler cannot see. The build inlines both functions, so they cost nothing.
 */

/** An element that exists: its index was checked, or came from the same list. */
export function present<T>(value: T | undefined): T;
export function present(value: unknown): unknown {
  return value;
}

/** The path of a request, which begins with a slash: the router has refused any other. */
export function asRulePath(path: string): RulePath;
export function asRulePath(path: string): string {
  return path;
}
