import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The facts that decide where a state folder is. */
export interface Home {
  /** The folder of this package. */
  root: string;
  platform: NodeJS.Platform;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The default state folder. A clone keeps it in its root. An installed package uses the system's folder for program state, because
 * npm may remove anything in `node_modules` and the CLI must find the cloud from any folder.
 */
export function locateStateFolder({ root, platform, home, env }: Home): string {
  if (!root.split(/[\\/]/).includes('node_modules')) return join(root, '.edge-proxy');
  return join(locateStateHome(platform, home, env), 'dynamic-edge-proxy');
}

function locateStateHome(platform: NodeJS.Platform, home: string, env: Home['env']): string {
  if (platform === 'darwin') return join(home, 'Library/Application Support');
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData/Local');
  return env['XDG_STATE_HOME'] || join(home, '.local/state');
}

/** The state folder of this package on this machine. */
export const DEFAULT_STATE = locateStateFolder({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  platform: process.platform,
  home: homedir(),
  env: process.env,
});
