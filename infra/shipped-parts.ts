import { readFileSync } from 'node:fs';
import type { BuiltParts } from './deployment.ts';
import { packagePath } from './packaged.ts';

/** Base domain in the router that the package ships; the deployment's own takes its place. Exists nowhere (RFC 6761). */
export const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/**
 * The parts that the package ships, built when it was packed, the router's base domain put in.
 *
 * @throws PartsMissingError
 */
export function readShippedParts(baseDomain: string): BuiltParts {
  const router = baseDomain === '' ? 'dist/edge/bare-router.js' : 'dist/edge/router.js';
  return {
    routerCode: withBaseDomain(readFileSync(packagePath(router), 'utf8'), baseDomain),
    updaterDirectory: packagePath('dist/updater'),
    publisherDirectory: packagePath('dist/publisher'),
    prefixListDirectory: packagePath('dist/prefix-list'),
    siteDirectory: packagePath('portal'),
  };
}

/** The router for a base domain, which is all that differs (docs/decisions/0026). */
export function withBaseDomain(router: string, baseDomain: string): string {
  return router.replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain));
}
