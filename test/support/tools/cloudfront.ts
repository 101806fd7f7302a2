import type cloudfront from 'cloudfront';
import type { KeyValueStore, OriginUpdate } from 'cloudfront';

/** Input and output of the function under test. A test sets `store` and empties the rest. */
export interface EdgeStub {
  store: Readonly<Record<string, string>>;
  /** Keys in the order of their reads, found or not. */
  keys: string[];
  origin: OriginUpdate | undefined;
  log: string | undefined;
}

export const edge: EdgeStub = { store: {}, keys: [], origin: undefined, log: undefined };

const kvs: KeyValueStore = {
  async get(key) {
    edge.keys.push(key);
    const value = Object.hasOwn(edge.store, key) ? edge.store[key] : undefined;
    if (value === undefined) throw new Error(`KeyNotFound: ${key}`);
    return value;
  },
};

const stub: typeof cloudfront = {
  kvs: () => kvs,
  updateRequestOrigin(origin) {
    edge.origin = origin;
  },
  logCustomData(line) {
    edge.log = line;
  },
};

/** Replaces the module `cloudfront` in tests of the source; this is its only export. */
export default stub;
