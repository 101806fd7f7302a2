import { querystring } from '../modules.ts';

/**
 * CloudFront chooses the behaviour by the normalised path (RFC 3986: dot segments resolved, needless escapes decoded) and
 * passes the raw one on. A request whose two readings fall on different sides of `/_proxy/` would go to an origin that
 * refuses it. Every look at a path is bounded: in njs one search of 8,000 characters costs as much as two requests.
 */

/** Below it lie our own pages. */
export const SITE = '/_proxy/';

/** Whether the first segment is ours, as `%5Fproxy` is: with all of it escaped it ends at the twentieth character. */
export function isOurs(path: string): boolean {
  return querystring.unescape(path.slice(0, 20)).startsWith(SITE);
}

/**
 * Whether a segment may be a dot segment: one begins with a dot or an escape of U+0020 to U+002F. A path too long to be
 * searched may have one where it holds a dot or an escape.
 */
export function mayHaveDots(path: string): boolean {
  return path.length > 2_048 ? /[.%]/.test(path) : path.includes('/.') || path.includes('/%2');
}

/**
 * Whether a path is long and holds bytes beyond ASCII, which no URI does: njs searches them at three times the cost. One that is
 * read twice is long sooner, since each such byte grows to three and is decoded again.
 */
export function isForeign(path: string, isReadTwice?: boolean): boolean {
  return path.length > (isReadTwice ? 64 : 256) && Buffer.byteLength(path) > path.length;
}

/** Whether CloudFront may take the path of an app for one of ours, or it is too dear to know. None is shorter than `//_proxy/`. */
export function mayReachSite(path: string): boolean {
  return (
    // On the bare domain no such path comes as far.
    (!BARE && isForeign(path)) ||
    (path.length > 8 &&
      (path[1] === '/' || mayHaveDots(path)) &&
      (path.length > 1_024 || querystring.unescape(path).includes('_proxy/')))
  );
}
