// Installs the dependencies if they are missing or differ from the lock file, so that a fresh clone needs only `npm start` or
// `npm test`. Plain JavaScript, because nothing that runs TypeScript may be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** npm records the installed tree in node_modules. Only platform-specific packages may be absent. */
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
  // On standard error, since a program may read the output of a command.
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
    console.error('npm ci failed; its messages are above. Run npm ci yourself, then start again.');
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
