import { readFileSync } from 'node:fs';
import type { BuiltParts } from './deployment.ts';
import { packagePath } from './packaged.ts';

/** Base domain in the router that the package ships; the deployment's own takes its place. Exists nowhere (RFC 6761). */
export const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/** What tells one shipped router from another. */
interface RouterKind {
  scheme: 'https' | 'http';
  /** For the distribution's own domain. */
  bare: boolean;
}

/** The routers that the package ships, in dist/package/edge/. CloudFront serves https, a laptop http. */
export const ROUTERS: readonly (RouterKind & { file: string })[] = [
  { file: 'router.js', scheme: 'https', bare: false },
  { file: 'bare-router.js', scheme: 'https', bare: true },
  { file: 'local-router.js', scheme: 'http', bare: false },
  { file: 'local-bare-router.js', scheme: 'http', bare: true },
];

/**
 * The parts that the package ships, built when it was packed, the router's base domain put in.
 *
 * @throws PartsMissingError
 */
export function readShippedParts(baseDomain: string): BuiltParts {
  return {
    routerCode: readShippedRouter({ baseDomain }),
    updaterDirectory: packagePath('dist/package/updater'),
    publisherDirectory: packagePath('dist/package/publisher'),
    crtDirectory: packagePath('dist/package/crt'),
    prefixListDirectory: packagePath('dist/package/prefix-list'),
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

/** The router for a base domain, which is all that differs (docs/decisions/0026). */
export function withBaseDomain(router: string, baseDomain: string): string {
  return router.replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain));
}
