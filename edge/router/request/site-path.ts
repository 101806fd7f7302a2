import { mayHaveDots } from '../../../core/wire/site-path.ts';
import { querystring } from '../modules.ts';

/**
 * CloudFront chooses the behaviour by the normalised path (RFC 3986: dot segments resolved, needless escapes decoded) and
 * passes the raw path on. If only one of the two lies below `/_proxy/`, the request would go to an origin that refuses it.
 * Every search in a path is bounded: in njs one search of 8,000 characters costs as much as two requests.
 */

/**
 * Whether a path is long and holds bytes beyond ASCII, which no URI has: njs searches them at three times the cost. A path that
 * is read twice counts as long sooner, because each of these bytes grows to three and is decoded again.
 */
export function isForeign(path: string, isReadTwice?: boolean): boolean {
  return path.length > (isReadTwice ? 64 : 256) && Buffer.byteLength(path) > path.length;
}

/**
 * Whether CloudFront may take the path of an app for one of ours, or the answer costs too much.
 */
export function mayReachSite(path: string): boolean | string {
  return (
    // On the bare domain these paths never get this far.
    (!BARE && isForeign(path)) ||
    ((path[1] === '/' || mayHaveDots(path)) &&
      (path[1_024] || querystring.unescape(path).includes('_proxy/')))
  );
}
