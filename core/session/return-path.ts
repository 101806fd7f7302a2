/** Characters of the longest path that a sign-in returns to. */
const LONGEST = 1_024;

/**
 * The path, with query, to which a person returns after signing in. Any other text becomes `/`: a longer one, one that leads to
 * another host or into the endpoints of sign-in, and one with a character that a browser would encode or drop.
 */
export function parseReturnPath(text: string): string {
  return isReturnPath(text) ? text : '/';
}

/** Whether a text is a path to which a sign-in may return. */
export function isReturnPath(text: string): boolean {
  return text.length <= LONGEST && /^\/(?!\/)(?!_proxy\/api\b)[!-[\]-~]*$/.test(text);
}
