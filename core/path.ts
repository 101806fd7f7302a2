/** Escapes of what may stand in a path as it is (RFC 3986 §3.3), and of `/` and `\`: the others change nothing. */
export const ESCAPED_PLAIN = /%(?:2[146-9a-f]|3[0-9abd]|[46][0-9a-f]|5[0-9acf]|7[0-9ae])/gi;

/**
 * The path as the most lenient reader would understand it: decoded where no escape was needed, `\` as `/`, empty and
 * dot segments resolved. Only for comparing with the raw match; it is never forwarded.
 */
export function normalisedPath(path: string): string {
  const segments = path.replace(ESCAPED_PLAIN, decodeURIComponent).replace(/\\/g, '/').split('/');
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
