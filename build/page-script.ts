import { createHash } from 'node:crypto';

/**
 * The page for instances that do not answer, in a deployment with sign-in: its script asks the concierge as well. It is the same script,
 * with the same hash.
 */
export function withConcierge(html: string): string {
  return html.replace(/<html(?=[\s>])/, '<html data-concierge');
}

/** The hash of a page's script, as browsers compute it (CSP Level 3, §2.3.1): `sha256-…`. */
export function scriptHashOf(html: string): string {
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
