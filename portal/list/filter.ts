import type { Filters } from '../address/address.ts';
import type { App } from './apps.ts';

/** The apps that the filters leave, in the same order. */
export function filterApps(apps: readonly App[], filters: Omit<Filters, 'sort'>): App[] {
  const matches = matcherOf(filters.query);
  return apps.filter(
    ({ state, owner, text }) =>
      (filters.state === '' || state === filters.state) &&
      (filters.owner === '' || owner === filters.owner) &&
      matches(text),
  );
}

/** Whether a text in lower case has every word of the query. */
export function matcherOf(query: string): (text: string) => boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (text) => words.every((word) => text.includes(word));
}

/** Whether the filters hide anything. */
export function isFiltered({ query, state, owner }: Filters): boolean {
  return query.trim() !== '' || state !== '' || owner !== '';
}
