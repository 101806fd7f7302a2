/** The paths of our own pages, for the router and for explanations. It has no imports: esbuild inlines constants only then. */

/** Our own pages are below this path. */
export const SITE = '/_proxy/';

/** No path of ours has more characters: the longest one is the history of a hostname. */
export const LONGEST_SITE_PATH = 300;

/** The endpoints of the concierge are below this path. */
export const API = '/_proxy/api/';

/**
 * Whether a segment may be a dot segment, which begins with a dot or an escape of U+0020 to U+002F. In a path that is too long to
 * search for both, any dot or escape may begin one: njs finds one character in a quarter of the time of two.
 */
export function mayHaveDots(path: string): boolean {
  return path[2_048]
    ? path.search(/%/) >= 0 || path.search(/\./) >= 0
    : path.includes('/.') || path.includes('/%2');
}

/**
 * Whether a path of ASCII holds a dot, an escape, or a character that CloudFront refuses in a path that a function has changed: one search
 * for all, because a long path costs as much as two requests for each search.
 */
export function hasSuspectCharacter(path: string): boolean {
  return path.search(/[^!"$&-\-/-~]/) >= 0;
}
