/**
 * The path as the most lenient reader would read it: needless escapes decoded, `\` as `/`, parameters of a segment (`;…`)
 * removed, empty and dot segments resolved. It only serves for comparison with the raw match and is never forwarded.
 *
 * `''` for a path that costs too much to read: more than 24 segments, parameters and pluses together, or escapes of ASCII beside bytes
 * that are not UTF-8.
 *
 * @param decode decodes every escape and never throws, as `querystring.unescape` does: an error costs the edge as much as
 *   eighty requests. core imports nothing, so the caller passes it.
 */
export function normalisedPath(path: string, decode: (text: string) => string): string {
  // Some runtimes decode a plus as a blank.
  const words = path.split('+', 26);
  let text = decode(words.join('%2B'));
  const isBroken = text.includes('\ufffd');
  if (isBroken) {
    if (/%[2-7]/.test(path)) return '';
    text = path;
  }
  const segments = text.split('\\', 26).join('/').split(';', 26).join('/;').split('/', 26);
  const count = segments.length;
  if (words.length + count > 26) return '';
  let read = '';
  // At the end, a dot segment leaves the slash before it, as an empty segment does (RFC 3986 §5.2.4).
  let end = '';
  for (let i = 1; i < count; i++) {
    const segment = segments[i] as string;
    // Not a parameter. Compared, because a search in each segment costs three times as much.
    if (segment < ';' || segment >= '<') {
      if (segment && segment !== '.' && segment !== '..') {
        read += '/' + segment;
        end = '';
      } else {
        if (segment[1]) read = read.slice(0, read.lastIndexOf('/'));
        end = '/';
      }
    }
  }
  read += end;
  // Characters that need their escape are escaped again.
  return isBroken ? read : encodeURI(read);
}
