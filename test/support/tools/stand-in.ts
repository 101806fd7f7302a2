import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';

/** The path of a command that runs a shell script, for tests of failures that the real tool shows only with harmful input. */
export async function standIn(script: string): Promise<string> {
  const path = join(await temporaryFolder(), 'stand-in');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
