import { SORT_KEYS, type Sort, type SortKey } from '../address/address.ts';
import type { App } from './apps.ts';

/** `api-2` comes before `api-10`. */
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function compareNaturally(a: string, b: string): number {
  return natural.compare(a, b);
}

/** The states in which a person has something to do come first. */
const STATES = ['conflict', 'starting', 'waking', 'maintenance', 'draining', 'live', 'asleep', 'expired'];

type Compare = (a: App, b: App) => number;

/** By the part below the base domain, so that `api` comes before `api-2`. */
const byName: Compare = (a, b) => compareNaturally(a.label, b.label) || compareNaturally(a.suffix, b.suffix);

/** Apps without the text come last, in both directions. */
const byText =
  (textOf: (app: App) => string | undefined, compare: (a: string, b: string) => number) =>
  (a: App, b: App, direction: number): number => {
    const [x, y] = [textOf(a), textOf(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return direction * compare(x, y);
  };

/** Times are ISO 8601 in UTC, so their texts sort like them. The latest comes first. */
const later = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

const KEYS: Readonly<Record<SortKey, (a: App, b: App, direction: number) => number>> = {
  name: (a, b, direction) => direction * byName(a, b),
  state: (a, b, direction) => direction * (STATES.indexOf(a.state) - STATES.indexOf(b.state)),
  since: byText(({ since }) => since?.at, later),
  owner: byText(({ owner }) => owner, compareNaturally),
  last: byText(({ last }) => last?.at, later),
};

/** The apps in an order, favourites first. Equal ones are sorted by name. */
export function sortApps(apps: readonly App[], sort: Sort, favourites: ReadonlySet<string>): App[] {
  const direction = sort.startsWith('-') ? -1 : 1;
  const compare = KEYS[keyOf(sort)];
  const rank = ({ hostname }: App) => Number(!favourites.has(hostname));
  return [...apps].sort((a, b) => rank(a) - rank(b) || compare(a, b, direction) || byName(a, b));
}

/** The key of an order, without its direction. */
export function keyOf(sort: Sort): SortKey {
  return SORT_KEYS.find((key) => sort === key || sort === `-${key}`) ?? 'name';
}

/** The order after a click on the title of a column. */
export function nextSort(key: SortKey, sort: Sort): Sort {
  return sort === key ? `-${key}` : key;
}
