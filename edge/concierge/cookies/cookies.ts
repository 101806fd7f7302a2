/** Names of the cookies. Each has the prefix `__Host-`, so no sibling hostname can set it, and only its own hostname gets it. */
import { HINT_COOKIE, MOST_COOKIES, SESSION_COOKIE } from '../../../core/wire/session.ts';

const COOKIES = {
  /** Random: binds a ticket to the browser in which the sign-in began. */
  browser: '__Host-proxy-browser',
  /** Opens one hostname. */
  session: SESSION_COOKIE,
  /** A fact about the hostname that is newer than the edge may have. */
  hint: HINT_COOKIE,
  /** On the base domain: the person as the provider described it. */
  who: '__Host-proxy-who',
  /** Counts how often the browser has come back with a session, so that no redirect repeats without end. */
  arrivals: '__Host-proxy-arrivals',
  /** On the base domain, after signing out: the next sign-in asks first. */
  out: '__Host-proxy-out',
} as const;

export type CookieName = keyof typeof COOKIES;

/** The values of a cookie in a Cookie header, in its order. A browser may send several of one name. */
export function cookieValues(header: string | null, name: CookieName): string[] {
  const beginning = `${COOKIES[name]}=`;
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs
    .filter((pair) => pair.startsWith(beginning))
    .slice(0, MOST_COOKIES)
    .map((pair) => pair.slice(beginning.length));
}

/** A Set-Cookie header. The value is one that `sign` or the clock made, so it needs no escapes. */
export function setCookie(name: CookieName, value: string, seconds: number): string {
  return `${COOKIES[name]}=${value}; Max-Age=${seconds}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

/**
 * The Set-Cookie headers that remove a cookie, and the partitioned one that a browser may keep beside it under the same name. We set none
 * with a partition, but an app of the hostname can, and it would stay for the next app.
 */
export function clearCookie(name: CookieName): string[] {
  const cleared = setCookie(name, '', 0);
  return [`${cleared}; Partitioned`, cleared];
}
