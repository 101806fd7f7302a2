import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** The folder of the clone, or of the installed package. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The built part of the package, apart from the files that `npm run build` writes for `cdk deploy`. */
export const DIST = `${ROOT}dist/package`;

/** Name under which a bundle's banner declares the URL of the package's folder. */
export const PACKAGE_URL = 'PACKAGE_URL';

/** Lets bundled modules find files of the package: `import.meta.url` keeps the place of the source. */
export const keepPlaces: Plugin = {
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = relative(ROOT, path).split(sep).join('/');
      if (place.startsWith('node_modules/')) return undefined;
      const source = readFileSync(path, 'utf8');
      const url = `new URL(${JSON.stringify(place)},${PACKAGE_URL}).href`;
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};
