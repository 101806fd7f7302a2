import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isString } from '../../core/json.ts';
import { anyText, count, Fault, matching, objectWith, parseDocument } from '../../core/schema.ts';
import { isCloudAnswering } from '../cloud-client.ts';
import { FolderLockedError, lockFolder } from './folder-lock.ts';

/** The facts that a running local cloud publishes for the CLI. */
export interface CloudFile {
  pid: number;
  /** The portal: `http://localhost:8080/_proxy/`. */
  portal: string;
  /** The local AWS: EC2, S3, KeyValueStore and `/_local/`. */
  api: string;
  baseDomain: string;
}

/** Thrown when the folder cannot be used. The message names the reason and the remedy. */
export class StateFolderError extends Error {
  override name = 'StateFolderError';
}

/** The bucket of the access logs. */
export const LOG_BUCKET = 'access-logs';

/** The bucket of the access rules. No behaviour of the edge reaches it. */
export const ACCESS_BUCKET = 'access';

const REMEDY = 'move it away or choose another folder with --state DIR';

/** The folder with a local cloud's journal and logs, by which the CLI finds it. Only one cloud uses it at a time. */
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

  /** @throws StateFolderError if another local cloud uses the folder, even one that is starting, or if it is not writable */
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

  /** Removes the announcement of this cloud. The announcement of another cloud stays. */
  withdraw(): void {
    const file = fileIn(this.path);
    if (existsSync(file) && readFileSync(file, 'utf8') === this.#announced) rmSync(file);
  }

  /** Frees the folder for another cloud. */
  close(): void {
    this.#unlock();
  }

  #make(): void {
    const buckets = ['journal', 'site', LOG_BUCKET, ACCESS_BUCKET].map((name) => join(this.buckets, name));
    for (const folder of [this.logs, ...buckets]) {
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
    const portal = (await readCloud(path))?.portal ?? 'which is starting or stopping';
    throw new StateFolderError(
      `a local cloud is already running with ${path} (process ${error.pid}, ${portal}); use it, stop it, or choose another folder with --state DIR`,
    );
  }
}

function unusable(path: string, error: unknown): StateFolderError {
  return new StateFolderError(`cannot write to ${path} (${String(error)}); ${REMEDY}`);
}

/**
 * Finds the local cloud that runs with a folder. The file may be left over from a crash, and its process id may have been reused,
 * so the cloud itself is asked.
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

/** Returns undefined for a file that this version did not write. */
function parseCloud(file: string): CloudFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const cloud = parseDocument(readFileSync(file, 'utf8'), CLOUD);
    return cloud instanceof Fault ? undefined : cloud;
  } catch (error) {
    throw new StateFolderError(`cannot read ${file} (${String(error)}); ${REMEDY}`);
  }
}
