import { deploymentOf } from '../../../core/entry/mark.ts';

/** The publisher's access to the router's store. */
export interface CanaryStore {
  /** The version of the whole store: every write changes it. */
  version(): Promise<string>;
  get(key: string): Promise<string | undefined>;
  /** Writes all values or none, if the store still has that version. */
  put(values: ReadonlyMap<string, string>, version: string): Promise<'written' | 'conflict'>;
}

/** An entry of a deployment has the key of a canary. */
export class CanaryTakenError extends Error {
  override name = 'CanaryTakenError';

  constructor(key: string, deployment: string) {
    super(
      `the router was not published: a test of it needs the store's key ${key}, but this key holds an entry of deployment "${deployment}", which was left as it is; give that app another hostname and deploy again`,
    );
  }
}

/** Another writer was faster each time. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';

  constructor() {
    super(
      `the router was not published: another writer changed its store during each of ${PUT_TRIES} attempts to write the test entries; deploy again`,
    );
  }
}

/** Attempts while the updater writes at the same time. They take a minute and a half. */
const PUT_TRIES = 20;

/** Milliseconds before the second attempt; each further wait is longer by as much. */
const FIRST_WAIT = 500;

/**
 * Writes the canaries of a release into the store, only those that differ: after each foreign write the updater has to read
 * the whole store.
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
