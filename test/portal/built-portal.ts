import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPortal } from '../../build/portal.ts';

let folder: string | undefined;

/** The folder of the built site. Each process builds it once. */
export function builtPortal(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'edge-proxy-portal-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  buildPortal(made);
  folder = made;
  return made;
}
