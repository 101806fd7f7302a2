import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, transform } from 'esbuild';

/** The folder of the clone, or of the installed package. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The built part of the package, apart from the files that `npm run build` writes for `cdk deploy`. */
export const DIST = `${ROOT}dist/package`;

/** Name under which a bundle's banner declares the URL of the package's folder. */
export const PACKAGE_URL = 'PACKAGE_URL';

/** Name of a bundled module's own URL. */
const MODULE_URL = 'MODULE_URL';

/** Lets bundled modules find files of the package: `import.meta.url` keeps the place of the source. */
export const keepPlaces: Plugin = {
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const place = relative(ROOT, path).split(sep).join('/');
      const source = readFileSync(path, 'utf8');
      if (place.startsWith('node_modules/') || !source.includes('import.meta.url')) return undefined;
      // Strings that contain the words, such as the code of a banner, stay as they are.
      const define = { 'import.meta.url': MODULE_URL };
      const { code } = await transform(source, { loader: 'ts', define, tsconfigRaw: {} });
      const url = `const ${MODULE_URL}=new URL(${JSON.stringify(place)},${PACKAGE_URL}).href;`;
      return { contents: url + code, loader: 'js' };
    });
  },
};
