/**
 * The path as the most lenient reader would read it: needless escapes decoded, `\` as `/`, parameters of a segment (`;…`)
 * removed, empty and dot segments resolved. It only serves for comparison with the raw match and is never forwarded.
 *
 * `''` for a path that costs too much to read: more than 24 segments, or escapes of ASCII beside bytes that are not UTF-8.
 *
 * @param decode decodes every escape and never throws, as `querystring.unescape` does: an error costs the edge as much as
 *   eighty requests. core imports nothing, so the caller passes it.
 */
export function normalisedPath(path: string, decode: (text: string) => string): string {
  // Some runtimes decode a plus as a blank. Characters that need their escape are escaped again.
  let text = encodeURI(decode(path.split('+').join('%2B')));
  if (text.includes('%EF%BF%BD')) {
    if (/%[2-7]/.test(path)) return '';
    text = path.split('\\').join('/');
  }
  const segments = text.split('%5C').join('/').split('/', 26);
  if (segments.length > 25) return '';
  const kept: string[] = [];
  for (let i = 1; i < segments.length; i++) {
    let segment = segments[i] as string;
    const end = segment.indexOf(';');
    if (end >= 0) segment = segment.slice(0, end);
    const isUp = segment === '..';
    if (isUp) kept.pop();
    // At the end, a dot segment leaves the slash before it, as an empty segment does (RFC 3986 §5.2.4).
    if (segment && segment !== '.' && !isUp) kept.push(segment);
    else if (i === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}
