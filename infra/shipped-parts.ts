import { readFileSync } from 'node:fs';
import type { BuiltParts } from './deployment.ts';
import { packagePath } from './packaged.ts';
import type { DeploymentSettings } from './settings/deployment-settings.ts';

/** The constants of a router: those that `buildEdge` takes. */
export interface RouterConstants {
  /** `''` is the bare distribution domain. */
  baseDomain: string;
  /** The scheme by which viewers reach the edge. Default `https`. */
  scheme?: 'https' | 'http';
  /** Present if viewers sign in. */
  signIn?: { deployment: string };
  /** `names` if everybody may read the list of the portal, which then has no details. Neither have the notices. */
  detail?: 'names';
}

/** The constants of a deployment with sign-in. */
export type SignInConstants = RouterConstants & Required<Pick<RouterConstants, 'signIn'>>;

/** Base domain in the routers of the package; the deployment's own replaces it. It never resolves (RFC 6761). */
const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/** Id of the deployment in the routers with sign-in. No deployment can have it (infra/settings/schema.ts). */
export const DEPLOYMENT_STAND_IN = '-deployment-';

const STAND_INS = { baseDomain: BASE_DOMAIN_STAND_IN };
const SIGN_IN = { signIn: { deployment: DEPLOYMENT_STAND_IN } };

/** The routers that the package ships, in dist/package/edge/, with their stand-ins. CloudFront serves https, a laptop http. */
export const ROUTERS: readonly { file: string; constants: RouterConstants }[] = [
  { file: 'router.js', constants: { ...STAND_INS, scheme: 'https' } },
  { file: 'sign-in-router.js', constants: { ...STAND_INS, ...SIGN_IN, scheme: 'https' } },
  { file: 'bare-router.js', constants: { baseDomain: '', scheme: 'https' } },
  { file: 'public-router.js', constants: { ...STAND_INS, detail: 'names', scheme: 'https' } },
  { file: 'public-bare-router.js', constants: { baseDomain: '', detail: 'names', scheme: 'https' } },
  { file: 'local-router.js', constants: { ...STAND_INS, scheme: 'http' } },
  { file: 'local-sign-in-router.js', constants: { ...STAND_INS, ...SIGN_IN, scheme: 'http' } },
  { file: 'local-bare-router.js', constants: { baseDomain: '', scheme: 'http' } },
];

/** The site routers that the package ships, beside the routers. */
export const SITE_ROUTERS: readonly { file: string; constants: SignInConstants }[] = [
  { file: 'site-router.js', constants: { ...STAND_INS, ...SIGN_IN, scheme: 'https' } },
  { file: 'local-site-router.js', constants: { ...STAND_INS, ...SIGN_IN, scheme: 'http' } },
];

/** The function for the headers of our own pages, beside the routers. */
export const HEADERS_FILE = 'headers.js';

/** The constants of a deployment's router. */
export function routerConstants({ deployment, domain, signIn, portal }: DeploymentSettings): RouterConstants {
  const { detail } = portal;
  return {
    baseDomain: domain?.baseDomain ?? '',
    ...(signIn ? { signIn: { deployment } } : {}),
    ...(detail === 'names' ? { detail } : {}),
  };
}

/** The same constants, if viewers sign in. */
export function signInConstants(constants: RouterConstants): SignInConstants | undefined {
  const { signIn } = constants;
  return signIn && { ...constants, signIn };
}

/**
 * The parts in the package, which were built when it was packed, with the router for a deployment.
 *
 * @throws PartsMissingError
 */
export function readShippedParts(constants: RouterConstants): BuiltParts {
  const withSignIn = signInConstants(constants);
  return {
    routerCode: readShippedRouter(constants),
    ...(withSignIn ? { siteRouterCode: readShippedSiteRouter(withSignIn) } : {}),
    headersCode: readShippedHeaders(),
    updaterDirectory: packagePath('dist/package/updater'),
    publisherDirectory: packagePath('dist/package/publisher'),
    crtDirectory: packagePath('dist/package/crt'),
    prefixListDirectory: packagePath('dist/package/prefix-list'),
    trafficDirectory: packagePath('dist/package/traffic'),
    conciergeDirectory: packagePath('dist/package/concierge'),
    conciergeGateDirectory: packagePath('dist/package/concierge-gate'),
    siteDirectory: packagePath('dist/package/portal'),
  };
}

/**
 * The shipped router with a deployment's constants.
 *
 * @throws PartsMissingError
 */
export function readShippedRouter(constants: RouterConstants): string {
  const { file } = shippedRouter(constants);
  return withConstants(readFileSync(packagePath(`dist/package/edge/${file}`), 'utf8'), constants);
}

/**
 * The shipped site router with a deployment's constants.
 *
 * @throws PartsMissingError
 */
export function readShippedSiteRouter(constants: SignInConstants): string {
  const scheme = constants.scheme ?? 'https';
  const found = SITE_ROUTERS.find((each) => each.constants.scheme === scheme);
  if (found === undefined) throw new RangeError(`the package has no site router for ${scheme}`);
  return withConstants(readFileSync(packagePath(`dist/package/edge/${found.file}`), 'utf8'), constants);
}

/** The shipped router of the same kind. The settings refuse sign-in on the bare domain, so no router has both. */
export function shippedRouter({ baseDomain, scheme = 'https', signIn, detail }: RouterConstants) {
  const found = ROUTERS.find(
    ({ constants }) =>
      constants.scheme === scheme &&
      (constants.baseDomain === '') === (baseDomain === '') &&
      (constants.signIn === undefined) === (signIn === undefined) &&
      constants.detail === detail,
  );
  if (found === undefined)
    throw new RangeError('the package has no router for sign-in without a base domain');
  return found;
}

/**
 * The shipped function that sets the headers of our own pages, built for the shipped pages.
 *
 * @throws PartsMissingError
 */
export function readShippedHeaders(): string {
  return readFileSync(packagePath(`dist/package/edge/${HEADERS_FILE}`), 'utf8');
}

/** A shipped router with a deployment's constants, which are the only difference (docs/decisions/0026). */
export function withConstants(router: string, { baseDomain, signIn }: RouterConstants): string {
  return (
    router
      .replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain))
      // A deployment's id has no character that a string would escape. The build joins it with the text beside it.
      .replace(DEPLOYMENT_STAND_IN, signIn?.deployment ?? '')
  );
}
