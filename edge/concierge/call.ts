import type { Hostname, Seconds } from '../../core/wire/brands.ts';

/** One request to an endpoint, after its host, path and method have been checked. */
export interface Call {
  request: Request;
  /** The hostname that the viewer asked. */
  host: Hostname;
  query: URLSearchParams;
  /** The Cookie header. */
  cookies: string | null;
  now: Seconds;
}

/** A parameter that occurs exactly once; `''` otherwise. */
export function parameter({ query }: Call, name: string): string {
  const values = query.getAll(name);
  return values.length === 1 ? (values[0] ?? '') : '';
}

/**
 * Whether the page that sent the request is of the same origin. Siblings are the same site, so SameSite does not stop them. A
 * program sends neither header, and has no cookie of a person.
 */
export function isSameOrigin({ request }: Call): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  return origin === null || origin === new URL(request.url).origin;
}

/** How often a sign-in has come back without a cookie: 0–9. */
export function roundOf(call: Call): number {
  const text = parameter(call, 'round');
  return /^\d$/.test(text) ? Number(text) : 0;
}

/**
 * After so many rounds the browser keeps no cookies. One round more than a browser with cookies can need: tabs that begin at the same
 * moment overwrite each other's cookie, once on the app's hostname and once on the base domain.
 */
export const MOST_ROUNDS = 3;
