import { readFileSync } from 'node:fs';
import type { BuiltParts } from './deployment.ts';
import { packaged } from './packaged.ts';

/** Base domain in the router that the package ships; the deployment's own takes its place. Exists nowhere (RFC 6761). */
export const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/**
 * The parts that the package ships, built when it was packed, the router's base domain put in.
 *
 * @throws PartsMissingError
 */
export function shippedParts(baseDomain: string): BuiltParts {
  const router = baseDomain === '' ? 'dist/edge/bare-router.js' : 'dist/edge/router.js';
  return {
    routerCode: routerFrom(readFileSync(packaged(router), 'utf8'), baseDomain),
    updaterDirectory: packaged('dist/updater'),
    publisherDirectory: packaged('dist/publisher'),
    prefixListDirectory: packaged('dist/prefix-list'),
    siteDirectory: packaged('portal'),
  };
}

/** The router for a base domain, which is all that differs (docs/decisions/0026). */
export function routerFrom(router: string, baseDomain: string): string {
  return router.replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain));
}
