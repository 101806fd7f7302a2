/**
 * Constants that the build sets for a deployment. `BARE`, `SIGN_IN` and `SCHEME` decide at build time which code the
 * bundle contains; `BASE_DOMAIN` is declared in the line before the bundle.
 */

/** True without a base domain: all apps share one hostname. */
declare const BARE: boolean;
/** Base domain of the deployment, `''` in bare mode. */
declare const BASE_DOMAIN: string;
/** How viewers reach the edge: `https` at CloudFront, which redirects; `http` on a laptop. */
declare const SCHEME: 'https' | 'http';
/** False if everybody may open the portal, which then has hostnames and states alone: then notices have no more either. */
declare const DETAIL: boolean;
/** True with sign-in, which needs a base domain: a hostname is for signed-in viewers unless its entry is open. */
declare const SIGN_IN: boolean;
/** Id of the deployment, which every session has in its MAC; `''` without sign-in. */
declare const DEPLOYMENT: string;
/** The endpoint at which a person signs in: `sign-in` on the base domain, which the site router serves, and `start` on other hostnames. */
declare const START: 'start' | 'sign-in';
/** Headers of our own pages, in the form of an event. Only edge/headers/ has them. */
declare const SITE_HEADERS: Readonly<Record<string, { value: string }>>;
