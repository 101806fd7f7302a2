import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BuiltParts } from './deployment.ts';

/** Base domain in the router that the package ships; the deployment's own takes its place. Exists nowhere (RFC 6761). */
export const BASE_DOMAIN_STAND_IN = 'base-domain.invalid';

/** The package was not built. */
export class PartsMissingError extends Error {
  override name = 'PartsMissingError';

  constructor(path: string) {
    super(
      `${path} is missing: in a clone of the repository run npm run build:package first; a package has it`,
    );
  }
}

/** A path below the package's root, which is one level up from here: from infra/, and from dist/ once built. */
function packaged(path: string): string {
  const found = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (!existsSync(found)) throw new PartsMissingError(found);
  return found;
}

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
    siteDirectory: packaged('portal'),
  };
}

/** The router for a base domain, which is all that differs (docs/decisions/0026). */
export function routerFrom(router: string, baseDomain: string): string {
  return router.replace(JSON.stringify(BASE_DOMAIN_STAND_IN), JSON.stringify(baseDomain));
}
