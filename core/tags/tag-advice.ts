import { LISTED_CONDITIONS, parsePath } from './tag-values.ts';

/*
 * Advice for values that people know from other tools. It follows the quoted value in a message. Undefined if the list of valid
 * values says enough.
 */

export function adviseOnPath(value: string): string | undefined {
  if (/[\s,]=?\//.test(value.trim()))
    return 'but a route has one path; make a second route for the other path, with `proxy:b:host` and `proxy:b:path`';
  if (!/[*{^]/.test(value)) return undefined;
  return `but a path is not a pattern: a prefix covers everything below it; write "${proposePath(value)}"`;
}

/** The prefix before the first character of a pattern. Its slash may be forgotten. */
export function proposePath(value: string): string {
  const rooted = /^\w/.test(value) ? `/${value}` : value;
  const plain = /\/[^*{(?$\s,]*/.exec(rooted)?.[0] ?? '/';
  return parsePath(plain) ?? '/';
}

export function adviseOnMatch(value: string): string | undefined {
  if (/(?:^|\s)header:cookie=/i.test(value))
    return 'but CloudFront Functions cannot read the Cookie header, so this condition would never match; match another header, or use `proxy:sticky` to keep a viewer on one instance';
  if (LISTED_CONDITIONS.test(value))
    return 'but conditions are separated by spaces, not commas; write a comma in a value as %2C';
  return undefined;
}

export function adviseOnAccess(value: string): string | undefined {
  if (/[,;]/.test(value)) return 'but terms are separated by spaces';
  if (/(?:^|\s)(?:deployment|signed-in|public)(?:\s|$)/.test(value))
    return 'but `deployment`, `signed-in` and `public` stand alone';
  return undefined;
}

export function adviseOnSticky(value: string): string | undefined {
  return value.startsWith('cookie:__Host-proxy-')
    ? 'but that is a cookie of the proxy; name a cookie of the app'
    : undefined;
}
