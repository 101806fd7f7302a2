import { deploymentOf } from '../../../core/entry/entry.ts';

/** What the publisher does with the router's store. */
export interface CanaryStore {
  /** Versions the whole store: any write by anyone changes it. */
  version(): Promise<string>;
  get(key: string): Promise<string | undefined>;
  /** All values or none, if the store is still at that version. */
  put(values: ReadonlyMap<string, string>, version: string): Promise<'written' | 'conflict'>;
}

/** Somebody's entry is under the key of a canary. */
export class CanaryTakenError extends Error {
  override name = 'CanaryTakenError';

  constructor(key: string, deployment: string) {
    super(
      `the store's key ${key}, which a canary of the router has to have, holds an entry of deployment "${deployment}"; it stays as it is, and nothing was published: give that app another name and deploy again`,
    );
  }
}

/** The updater won each time. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';

  constructor() {
    super(
      `the router's store was written by others during each of ${PUT_TRIES} tries to put the canaries, so nothing was published; deploy again`,
    );
  }
}

/** Tries while the updater writes at the same time. They take a minute and a half. */
const PUT_TRIES = 20;

/** Milliseconds before the second try; longer by as much each time. */
const FIRST_WAIT = 500;

/**
 * Makes the store hold the canaries of a release. Writes only those that differ, since each write of others costs the updater a
 * look at the whole store.
 *
 * @throws CanaryTakenError, StoreBusyError
 */
export async function putCanaries(
  store: CanaryStore,
  canaries: Readonly<Record<string, string>>,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<'written' | 'unchanged'> {
  for (let tries = 1; tries <= PUT_TRIES; tries++) {
    const version = await store.version();
    const different = await readDifferences(store, canaries);
    if (different.size === 0) return 'unchanged';
    if ((await store.put(different, version)) === 'written') return 'written';
    await sleep(FIRST_WAIT * tries);
  }
  throw new StoreBusyError();
}

async function readDifferences(
  store: CanaryStore,
  canaries: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const ours = new Set(Object.values(canaries).map(deploymentOf));
  const all = Object.entries(canaries).map(async ([key, value]) => {
    const held = await store.get(key);
    const deployment = deploymentOf(held ?? '');
    if (deployment !== undefined && !ours.has(deployment)) throw new CanaryTakenError(key, deployment);
    return held === value ? [] : [[key, value] as const];
  });
  return new Map((await Promise.all(all)).flat());
}
