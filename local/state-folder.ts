import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isString } from '../core/json.ts';
import { anyText, count, Fault, objectWith, parsed, such } from '../core/schema.ts';
import { answers } from './cloud-client.ts';

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

const WAY_OUT = 'move it away, or choose another folder with --state DIR';

/** The folder where a local cloud keeps its journal and logs, and where the CLI finds it. */
export class StateFolder {
  readonly logs: string;
  readonly buckets: string;
  readonly #file: string;

  private constructor(path: string) {
    this.logs = join(path, 'logs');
    this.buckets = join(path, 's3');
    this.#file = fileIn(path);
  }

  /** @throws StateFolderError when another local cloud uses the folder, or nothing can be kept there */
  static async open(path: string): Promise<StateFolder> {
    const running = await readCloud(path);
    if (running) {
      throw new StateFolderError(
        `a local cloud already runs with ${path} (process ${running.pid}, ${running.portal}): use it, stop it, or choose another folder with --state DIR`,
      );
    }
    const folder = new StateFolder(path);
    try {
      folder.#make();
    } catch (error) {
      throw new StateFolderError(`nothing can be kept in ${path} (${String(error)}): ${WAY_OUT}`);
    }
    return folder;
  }

  announce(cloud: CloudFile): void {
    writeFileSync(this.#file, JSON.stringify(cloud, null, 2));
  }

  withdraw(): void {
    rmSync(this.#file, { force: true });
  }

  #make(): void {
    for (const folder of [this.logs, join(this.buckets, 'journal'), join(this.buckets, 'site')]) {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    }
  }
}

/**
 * The local cloud that runs with a folder; undefined when none does. A file that a crash left behind counts as none:
 * the process id in it may be anybody's by now, so the cloud itself is asked.
 */
export async function readCloud(path: string): Promise<CloudFile | undefined> {
  const cloud = parseCloud(fileIn(path));
  return cloud !== undefined && (await answers(cloud.api)) ? cloud : undefined;
}

function fileIn(path: string): string {
  return join(path, 'cloud.json');
}

const url = such((json): json is string => isString(json) && URL.canParse(json), 'a URL');

const CLOUD = objectWith<CloudFile>({ pid: count, portal: url, api: url, baseDomain: anyText });

/** Undefined for what no local cloud of this version wrote. */
function parseCloud(file: string): CloudFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const cloud = parsed(readFileSync(file, 'utf8'), CLOUD);
    return cloud instanceof Fault ? undefined : cloud;
  } catch (error) {
    throw new StateFolderError(`${file} can't be read (${String(error)}): ${WAY_OUT}`);
  }
}
