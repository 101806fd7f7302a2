/**
 * What the build says of a deployment. `BARE` and `SCHEME` decide which code the bundle has at all; `BASE_DOMAIN` is the one
 * line that stands before it.
 */

/** No base domain: all apps share one name. */
declare const BARE: boolean;
/** Base domain of the deployment, `''` in bare mode. */
declare const BASE_DOMAIN: string;
/** How viewers reach the edge: `https` at CloudFront, which redirects; `http` on a laptop. */
declare const SCHEME: 'https' | 'http';
