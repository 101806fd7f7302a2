import { readFileSync } from 'node:fs';
import type { BuiltParts } from './deployment.ts';
import { packagePath } from './packaged.ts';

/** Base domain in the routers of the package; the deployment's own replaces it. It never resolves (RFC 6761). */
export const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/** The difference between shipped routers. */
interface RouterKind {
  scheme: 'https' | 'http';
  /** Built for the distribution's own domain. */
  bare: boolean;
}

/** The routers that the package ships, in dist/package/edge/. CloudFront serves https, a laptop http. */
export const ROUTERS: readonly (RouterKind & { file: string })[] = [
  { file: 'router.js', scheme: 'https', bare: false },
  { file: 'bare-router.js', scheme: 'https', bare: true },
  { file: 'local-router.js', scheme: 'http', bare: false },
  { file: 'local-bare-router.js', scheme: 'http', bare: true },
];

/** The function for the headers of our own pages, beside the routers. */
export const HEADERS_FILE = 'headers.js';

/**
 * The parts in the package, which were built when it was packed, with the router for a base domain.
 *
 * @throws PartsMissingError
 */
export function readShippedParts(baseDomain: string): BuiltParts {
  return {
    routerCode: readShippedRouter({ baseDomain }),
    headersCode: readShippedHeaders(),
    updaterDirectory: packagePath('dist/package/updater'),
    publisherDirectory: packagePath('dist/package/publisher'),
    crtDirectory: packagePath('dist/package/crt'),
    prefixListDirectory: packagePath('dist/package/prefix-list'),
    trafficDirectory: packagePath('dist/package/traffic'),
    conciergeDirectory: packagePath('dist/package/concierge'),
    siteDirectory: packagePath('portal'),
  };
}

/**
 * The shipped router for a base domain; `''` is the bare distribution domain.
 *
 * @throws PartsMissingError
 */
export function readShippedRouter({
  baseDomain,
  scheme = 'https',
}: {
  baseDomain: string;
  scheme?: RouterKind['scheme'];
}): string {
  const bare = baseDomain === '';
  const kind = ROUTERS.find((router) => router.scheme === scheme && router.bare === bare);
  return withBaseDomain(readFileSync(packagePath(`dist/package/edge/${kind?.file}`), 'utf8'), baseDomain);
}

/**
 * The shipped function that sets the headers of our own pages, built for the shipped pages.
 *
 * @throws PartsMissingError
 */
export function readShippedHeaders(): string {
  return readFileSync(packagePath(`dist/package/edge/${HEADERS_FILE}`), 'utf8');
}

/** The router with a deployment's base domain, which is the only difference (docs/decisions/0026). */
export function withBaseDomain(router: string, baseDomain: string): string {
  return router.replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain));
}
