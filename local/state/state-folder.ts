import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isString } from '../../core/json.ts';
import { anyText, count, Fault, matching, objectWith, parseDocument } from '../../core/schema.ts';
import { isCloudAnswering } from '../cloud-client.ts';
import { FolderLockedError, lockFolder } from './folder-lock.ts';

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

/** The folder where a local cloud keeps its journal and logs, and where the CLI finds it. One cloud has it at a time. */
export class StateFolder {
  readonly path: string;
  readonly logs: string;
  readonly buckets: string;
  readonly #unlock: () => void;
  #announced: string | undefined;

  private constructor(path: string, giveBack: () => void) {
    this.path = path;
    this.logs = join(path, 'logs');
    this.buckets = join(path, 's3');
    this.#unlock = giveBack;
  }

  /** @throws StateFolderError when another local cloud has the folder, also one that only starts, or nothing can be kept there */
  static async open(path: string): Promise<StateFolder> {
    const absolute = resolve(path);
    const folder = new StateFolder(absolute, await lockOrExplain(absolute));
    try {
      folder.#make();
      return folder;
    } catch (error) {
      folder.close();
      throw unusable(absolute, error);
    }
  }

  announce(cloud: CloudFile): void {
    this.#announced = JSON.stringify(cloud, null, 2);
    writeFileSync(fileIn(this.path), this.#announced);
  }

  /** Takes back what this cloud announced, and nothing else. */
  withdraw(): void {
    const file = fileIn(this.path);
    if (existsSync(file) && readFileSync(file, 'utf8') === this.#announced) rmSync(file);
  }

  /** Lets another cloud have the folder. */
  close(): void {
    this.#unlock();
  }

  #make(): void {
    for (const folder of [this.logs, join(this.buckets, 'journal'), join(this.buckets, 'site')]) {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    }
  }
}

async function lockOrExplain(path: string): Promise<() => void> {
  try {
    return await lockFolder(path);
  } catch (error) {
    if (!(error instanceof FolderLockedError)) throw unusable(path, error);
    const portal = (await readCloud(path))?.portal ?? 'still starting or stopping';
    throw new StateFolderError(
      `a local cloud already runs with ${path} (process ${error.pid}, ${portal}): use it, stop it, or choose another folder with --state DIR`,
    );
  }
}

function unusable(path: string, error: unknown): StateFolderError {
  return new StateFolderError(`nothing can be kept in ${path} (${String(error)}): ${WAY_OUT}`);
}

/**
 * The local cloud that runs with a folder; undefined when none does. A file that a crash left behind counts as none:
 * the process id in it may be anybody's by now, so the cloud itself is asked.
 */
export async function readCloud(path: string): Promise<CloudFile | undefined> {
  const cloud = parseCloud(fileIn(path));
  return cloud !== undefined && (await isCloudAnswering(cloud.api)) ? cloud : undefined;
}

function fileIn(path: string): string {
  return join(path, 'cloud.json');
}

const url = matching((json): json is string => isString(json) && URL.canParse(json), 'a URL');

const CLOUD = objectWith<CloudFile>({ pid: count, portal: url, api: url, baseDomain: anyText });

/** Undefined for what no local cloud of this version wrote. */
function parseCloud(file: string): CloudFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const cloud = parseDocument(readFileSync(file, 'utf8'), CLOUD);
    return cloud instanceof Fault ? undefined : cloud;
  } catch (error) {
    throw new StateFolderError(`${file} can't be read (${String(error)}): ${WAY_OUT}`);
  }
}
