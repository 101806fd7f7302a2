/**
 * Headers of our own pages. Strict-Transport-Security is missing because it would apply to the apps of the host as well.
 * A meta tag of each page limits what it loads, but cannot limit framing, so a header does. Inline scripts are forbidden, except
 * the script of the page for unreachable instances, by its hash. Pages of the router may link a stylesheet from here: it has the
 * same origin, and S3 sends its type, as nosniff requires. routes.json is for the portal, not for script elements of apps.
 *
 * @param scriptHash of the script on the page for unreachable instances: `sha256-…`
 */
export function siteHeaders(scriptHash: string) {
  return {
    'content-security-policy': `script-src 'self' '${scriptHash}'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  } as const;
}
