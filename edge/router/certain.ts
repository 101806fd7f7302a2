import type { RulePath } from '../../core/wire/layout.ts';
import type { PathNotice } from './entry/path-notice.ts';

/** Facts that hold in the router but that the compiler cannot prove. The build inlines these functions, so they cost nothing. */

/** An element that exists: its index was checked, or comes from the same list. */
export function present<T>(value: T | undefined): T;
export function present(value: unknown): unknown {
  return value;
}

/** The path of a request. It begins with a slash, because the router refuses every other path. */
export function asRulePath(path: string): RulePath;
export function asRulePath(path: string): string {
  return path;
}

/** The reason why no rule takes a path. If the rules do not have what `matchPath` returned, it is not a path. */
export function asPathNotice(found: RulePath | PathNotice): PathNotice;
export function asPathNotice(found: string): string {
  return found;
}
