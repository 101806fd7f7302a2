import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the place of a state folder depends on. */
export interface Home {
  /** The folder of this package. */
  root: string;
  platform: NodeJS.Platform;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where a local cloud keeps its state unless told: in the clone; for an installed package where the system keeps the state of programs,
 * since npm may remove anything within `node_modules`, and a person finds the cloud from any folder.
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
