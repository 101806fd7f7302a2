import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/dynamic-edge-proxy.mjs', import.meta.url));

/** What a person types to run this very program from any folder, such as that of an app. */
export const OWN_COMMAND = `node ${quotedPath(BIN)}`;

/** A path as one word of a command line, for shells and for Windows. */
export function quotedPath(path: string): string {
  return /^[\w@%+=:,./\\~-]+$/.test(path) ? path : `"${path}"`;
}
