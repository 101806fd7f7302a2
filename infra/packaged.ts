import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package was not built. */
export class PartsMissingError extends Error {
  override name = 'PartsMissingError';

  constructor(path: string) {
    super(`${path} is missing; in a clone of the repository, run npm run build:package first`);
  }
}

/**
 * A path below the package's root, as seen from infra/; the build keeps that place (build/package/places.ts).
 *
 * @throws PartsMissingError
 */
export function packagePath(path: string): string {
  const found = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (!existsSync(found)) throw new PartsMissingError(found);
  return found;
}
