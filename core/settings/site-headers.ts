/**
 * Headers of our own pages. Apps keep theirs as they are, so there is no Strict-Transport-Security: it would hold for
 * the whole host. What pages may load they say themselves, scripts never from elsewhere or between the lines; a meta
 * tag cannot say who may frame them. The one exception is the script of the page for dead instances, by its hash, should
 * CloudFront send these headers with it as well. A page that the router makes may link a stylesheet here: it is of the same origin,
 * and its type is the file's (S3 knows `.css`), as nosniff wants. routes.json is for the portal, not for a script element of some app.
 *
 * @param scriptHash of the script on the page for dead instances: `sha256-…`
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
