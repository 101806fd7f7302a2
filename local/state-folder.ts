import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running local cloud tells the CLI. */
export interface CloudFile {
  pid: number;
  /** The portal: `http://localhost:8080/_proxy/`. */
  portal: string;
  /** The local AWS: EC2, S3, KeyValueStore and `/_local/`. */
  api: string;
  baseDomain: string;
}

/** Thrown when the folder can't be used; the message says why and what to do. */
export class StateFolderError extends Error {
  override name = 'StateFolderError';
}

/** The folder where a local cloud keeps its journal and logs, and where the CLI finds it. */
export class StateFolder {
  readonly path: string;
  readonly logs: string;
  readonly buckets: string;
  readonly #file: string;

  /** @throws StateFolderError when another local cloud uses the folder, or nothing can be kept there */
  constructor(path: string) {
    this.path = path;
    this.logs = join(path, 'logs');
    this.buckets = join(path, 's3');
    this.#file = join(path, 'cloud.json');
    const running = readCloud(path);
    if (running) {
      throw new StateFolderError(
        `a local cloud already runs with ${path} (process ${running.pid}, ${running.portal}): use it, stop it, or choose another folder with --state DIR`,
      );
    }
    try {
      mkdirSync(this.logs, { recursive: true });
      for (const bucket of ['journal', 'site']) mkdirSync(join(this.buckets, bucket), { recursive: true });
    } catch (error) {
      throw new StateFolderError(
        `nothing can be kept in ${path} (${String(error)}): move what is there away, or choose another folder with --state DIR`,
      );
    }
  }

  announce(cloud: CloudFile): void {
    writeFileSync(this.#file, JSON.stringify(cloud, null, 2));
  }

  withdraw(): void {
    rmSync(this.#file, { force: true });
  }
}

/** The local cloud that runs with a folder; undefined when none does. A file that a crash left behind counts as none. */
export function readCloud(path: string): CloudFile | undefined {
  const file = join(path, 'cloud.json');
  if (!existsSync(file)) return undefined;
  try {
    const cloud = JSON.parse(readFileSync(file, 'utf8')) as CloudFile;
    return isAlive(cloud.pid) ? cloud : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new StateFolderError(
      `${file} can't be read (${String(error)}): move it away, or choose another folder with --state DIR`,
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
