/**
 * Constants that the build sets for a deployment. `BARE` and `SCHEME` decide at build time which code the bundle contains;
 * `BASE_DOMAIN` is declared in the line before the bundle.
 */

/** True without a base domain: all apps share one hostname. */
declare const BARE: boolean;
/** Base domain of the deployment, `''` in bare mode. */
declare const BASE_DOMAIN: string;
/** How viewers reach the edge: `https` at CloudFront, which redirects; `http` on a laptop. */
declare const SCHEME: 'https' | 'http';
/** Headers of our own pages, in the form of an event. Only edge/headers/ has them. */
declare const SITE_HEADERS: Readonly<Record<string, { value: string }>>;
