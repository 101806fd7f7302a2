import { isString, parseJson } from '../../core/json.ts';

/** Hostnames that a person has marked. They stay in this browser. */
export interface Favourites {
  all: ReadonlySet<string>;
  /** Marks a name, or takes its mark away. */
  toggle(hostname: string): void;
}

/** The storage of a browser, as far as we use it. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = 'edge-proxy-favourites';

/**
 * Favourites in the storage of the browser. If it has none, or refuses, they last as long as the page.
 *
 * @param memory throws where the browser blocks storage
 */
export function openFavourites(memory: () => Memory, onChange: () => void): Favourites {
  let all: ReadonlySet<string> = readAll(memory) ?? new Set();
  return {
    get all() {
      return all;
    },
    toggle(hostname) {
      // Another tab may have changed the others.
      const names = new Set(readAll(memory) ?? all);
      if (all.has(hostname)) names.delete(hostname);
      else names.add(hostname);
      all = names;
      try {
        memory().setItem(KEY, JSON.stringify([...names].sort()));
      } catch {
        // A browser that blocks storage keeps them for this page alone.
      }
      onChange();
    },
  };
}

/** Undefined if the browser blocks storage. */
function readAll(memory: () => Memory): Set<string> | undefined {
  try {
    const names = parseJson(memory().getItem(KEY) ?? '[]');
    return new Set(Array.isArray(names) ? names.filter(isString) : []);
  } catch {
    return undefined;
  }
}
