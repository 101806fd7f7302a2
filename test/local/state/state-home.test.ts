import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_STATE, locateStateFolder } from '../../../local/state/state-home.ts';

const INSTALLED = '/app/node_modules/dynamic-edge-proxy/';
const NPX = 'C:\\Users\\ada\\AppData\\Local\\npm-cache\\_npx\\1a2b\\node_modules\\dynamic-edge-proxy\\';

test.each([
  ['a clone', '/src/dynamic-edge-proxy/', 'linux', {}, '/src/dynamic-edge-proxy/.edge-proxy'],
  ['Linux', INSTALLED, 'linux', {}, '/home/ada/.local/state/dynamic-edge-proxy'],
  ['Linux that says where', INSTALLED, 'linux', { XDG_STATE_HOME: '/s' }, '/s/dynamic-edge-proxy'],
  ['macOS', INSTALLED, 'darwin', {}, '/home/ada/Library/Application Support/dynamic-edge-proxy'],
  ['Windows', NPX, 'win32', { LOCALAPPDATA: '/local' }, '/local/dynamic-edge-proxy'],
] as const)('the state of %s is not within node_modules', (_, root, platform, env, folder) => {
  expect(locateStateFolder({ root, platform, env, home: '/home/ada' })).toBe(folder);
});

test('the state of this clone is in its root', () => {
  expect(DEFAULT_STATE).toBe(join(process.cwd(), '.edge-proxy'));
});
