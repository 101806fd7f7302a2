// Installs the dependencies when they are missing or not those of the lock file, so that `npm start` and `npm test` are
// all that a fresh clone needs. Plain JavaScript: there may be nothing to run TypeScript with yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** npm writes the tree that it installed into node_modules; only platform-specific packages may be absent there. */
function isInstalled() {
  const installed = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || have[path]?.version === entry.version,
  );
}

/** The lock file is never in a package. */
export function isClone() {
  return existsSync(`${root}package-lock.json`);
}

export function setUp() {
  if (!isClone() || isInstalled()) return;
  // On standard error: what a command prints may be read by a program.
  console.error('Installing dependencies (once, about half a minute) …');
  // All of them are for development, which NODE_ENV=production would leave out.
  const { status } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) {
    console.error('npm ci failed; its messages are above. Try it by hand, then start again.');
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
