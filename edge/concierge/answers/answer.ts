const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers of every answer: nothing is stored, framed or told to other sites. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** The optional parts of an answer. */
export interface Extras {
  /** Set-Cookie headers. */
  cookies?: readonly string[];
  headers?: Readonly<Record<string, string>>;
}

/** An answer with the state by which programs, tests and the log tell it from others. */
export function answer(
  state: string,
  status: number,
  body: string,
  type: string,
  { cookies = [], headers = {} }: Extras = {},
): Response {
  const all = new Headers({ ...HEADERS, 'content-type': type, 'x-proxy-state': state, ...headers });
  for (const cookie of cookies) all.append('set-cookie', cookie);
  return new Response(body, { status, headers: all });
}

/** A redirect, which the browser follows with a GET. `location` begins with an origin that we know: never a text of the viewer. */
export function redirectTo(
  state: string,
  location: string,
  { cookies = [], headers }: Extras = {},
): Response {
  return answer(state, 303, '', 'text/plain', { cookies, headers: { ...headers, location } });
}

/** The header that lets a page load pictures of one other hostname. */
export function policyWith(picture: string): Record<string, string> {
  return { 'content-security-policy': `${POLICY}; img-src ${new URL(picture).origin}` };
}

/** An empty picture for a page of the base domain. */
export function answerPicture(state: string, { cookies = [], headers }: Extras = {}): Response {
  return answer(state, 200, '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', {
    cookies,
    headers: { ...headers, 'cross-origin-resource-policy': 'same-site' },
  });
}

/** An answer for programs. */
export function answerJson(state: string, body: object, extras: Extras = {}): Response {
  return answer(state, 200, JSON.stringify(body), 'application/json', extras);
}
