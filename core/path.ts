/**
 * Path matching by Gateway API HTTPRoute semantics, on the bytes as the viewer sent them: a rule's path is a prefix of
 * whole segments (`/shop` takes `/shop` and `/shop/cart`, never `/shopping`), or exact (`=/shop`). Case matters.
 */

/**
 * The path as the most lenient reader would understand it: `\`, `%2f`, `%5c` as `/`, `%2e` as `.`, empty and
 * dot segments resolved. Only for comparing with the raw match; it is never forwarded.
 */
export function normalisedPath(path: string): string {
  const segments = path
    .replace(/%2f|%5c|\\/gi, '/')
    .replace(/%2e/gi, '.')
    .split('/');
  const kept: string[] = [];
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i] as string;
    const isDots = segment === '..' || segment === '.';
    if (segment === '..') kept.pop();
    // At the end, a dot segment leaves the slash before it as an empty one does (RFC 3986 §5.2.4).
    if (segment && !isDots) kept.push(segment);
    else if (i === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** What is left of `path` below a prefix that matched: always begins with `/`. */
export function pathBelow(rule: string, path: string): string {
  if (rule === '/') return path;
  const rest = rule.startsWith('=') ? '' : path.slice(rule.length);
  return rest === '' ? '/' : rest;
}
