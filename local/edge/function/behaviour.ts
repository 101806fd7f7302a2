/**
 * CloudFront matches the normalised path to a behaviour, though function and origin get the raw one (Developer Guide, "Path
 * pattern": path normalization, RFC 3986). The guide does not say whether a run of slashes counts as one.
 */
export type Behaviour = 'site' | 'apps' | 'either';

const SITE = '/_proxy/';

/** The behaviour of a raw path; `either` where it hangs on what the guide does not say. */
export function matchBehaviour(path: string): Behaviour {
  const [merged, kept] = [/\/+/, '/'].map((slash) => normalised(path, slash).startsWith(SITE));
  if (merged !== kept) return 'either';
  return merged ? 'site' : 'apps';
}

/** RFC 3986 §6.2.2: what needs no escape is decoded, and dot segments are resolved. */
function normalised(path: string, slash: string | RegExp): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (sequence, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : sequence;
  });
  const kept: string[] = [];
  for (const segment of decoded.split(slash).slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

/**
 * Why CloudFront refuses an origin that a function chose for a path; `undefined` when it takes it. The site's own origin is a
 * bucket with an access control, which goes with no other host ("invalid value for origin rewrite").
 */
export function behaviourFault(path: string): string | undefined {
  return matchBehaviour(path) === 'apps'
    ? undefined
    : `the function chose an origin for ${path.slice(0, 80)}, which CloudFront takes for a path of the site (${SITE}*)`;
}
