/** Characters of the longest path that a sign-in returns to. */
const LONGEST = 1_024;

/**
 * The path, with query, to which a person returns after signing in. Any other text becomes `/`: a longer one, one that leads to
 * another host, one that begins like the endpoints of sign-in, and one with a character that a browser would encode or drop. A path with
 * dot segments may still lead to an endpoint, which is harmless: each takes GET from anywhere, and the text has an end.
 */
export function parseReturnPath(text: string): string {
  return isReturnPath(text) ? text : '/';
}

/** Whether a text is a path to which a sign-in may return. */
export function isReturnPath(text: string): boolean {
  return text.length <= LONGEST && /^\/(?!\/)(?!_proxy\/api\b)[!-[\]-~]*$/.test(text);
}
