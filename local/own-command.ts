import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/dynamic-edge-proxy.mjs', import.meta.url));

/** The command line that runs this program from any folder, such as that of an app. */
export const OWN_COMMAND = `node ${quotedPath(BIN)}`;

/** Quotes a path for shells and for Windows. */
function quotedPath(path: string): string {
  return /^[\w@%+=:,./\\~-]+$/.test(path) ? path : `"${path}"`;
}
