/**
 * CloudFront selects the behaviour by the normalised path, but function and origin get the raw one (Developer Guide, "Path pattern":
 * path normalization, RFC 3986). The guide does not say whether several slashes count as one.
 */
export type Behaviour = 'api' | 'site' | 'apps' | 'either';

/** The path patterns in the order of the distribution, without their final asterisks. */
const PATTERNS = [
  ['/_proxy/api/', 'api'],
  ['/_proxy/', 'site'],
] as const;

/**
 * The behaviour of a raw path. `either` if it depends on the undocumented part.
 *
 * @param hasApi a deployment without sign-in has no behaviour for `/_proxy/api/*`: the site's has its paths
 */
export function matchBehaviour(path: string, hasApi = true): Behaviour {
  const match = (normal: string): Behaviour => {
    const found = PATTERNS.find(([beginning]) => normal.startsWith(beginning))?.[1] ?? 'apps';
    return found === 'api' && !hasApi ? 'site' : found;
  };
  const [merged, kept] = [match(normalised(path, /\/+/)), match(normalised(path, '/'))];
  return merged === kept ? merged : 'either';
}

/** RFC 3986 §6.2.2: decodes unreserved characters and resolves dot segments. */
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
