/**
 * Matches a text with a pattern as in EC2 filters: `*` stands for any characters, `?` for one, and a backslash escapes them.
 * Only the last `*` is retried. A regular expression with many would retry them all and take seconds for a short name.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\\[*?\\]|./gs) ?? [];
  let token = 0;
  let at = 0;
  let star = -1;
  let resumedAt = 0;
  while (at < text.length) {
    if (tokens[token] === '*') {
      star = token++;
      resumedAt = at;
    } else if (isFor(tokens[token], text.charAt(at))) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resumedAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

function isFor(token: string | undefined, character: string): boolean {
  return token === '?' || token?.slice(-1) === character;
}
