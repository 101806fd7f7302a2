import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const PAGE = 'portal/index.html';
const ERRORS = 'portal/errors';
/** esbuild takes the kind of JSX from it. */
const OPTIONS = 'portal/tsconfig.json';

/**
 * Builds the site as it is deployed below `_proxy/`: the portal as one script and one stylesheet, and the error pages. The folder is
 * replaced. Returns the sources.
 */
export function buildPortal(outdir: string): string[] {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = buildSync({
    entryPoints: [
      { in: 'portal/main.tsx', out: 'portal' },
      { in: 'portal/look/portal.css', out: 'portal' },
      { in: 'portal/look/pages.css', out: 'pages' },
    ],
    absWorkingDir: ROOT,
    outdir,
    metafile: true,
    bundle: true,
    // Parts that a page loads later have a hash in their names, because an open page may be older than the site.
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const page = readFileSync(join(ROOT, PAGE), 'utf8');
  writeFileSync(join(outdir, 'index.html'), withPreloads(page, metafile));
  cpSync(join(ROOT, ERRORS), join(outdir, 'errors'), { recursive: true });
  const errors = readdirSync(join(ROOT, ERRORS)).map((name) => `${ERRORS}/${name}`);
  return [...Object.keys(metafile.inputs), PAGE, OPTIONS, ...errors];
}

/** The page with links to the chunks that its script imports, so that it loads all of them at once. */
function withPreloads(page: string, { outputs }: Metafile): string {
  const script = Object.values(outputs).find(({ entryPoint }) => entryPoint === 'portal/main.tsx');
  const chunks = (script?.imports ?? []).filter(({ kind }) => kind === 'import-statement');
  const links = chunks.map(({ path }) => `<link rel="modulepreload" href="${basename(path)}">\n    `);
  return page.replace(/(?=<script type="module")/, links.join(''));
}
