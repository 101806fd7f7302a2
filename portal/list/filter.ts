import type { Filters } from '../address/address.ts';
import type { ProblemView } from '../problems/describe-problem.ts';
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

/** The problems that the filters leave: those that the search finds, and that concern an app with that state and owner. */
export function filterProblems(
  problems: readonly ProblemView[],
  filters: Omit<Filters, 'sort'>,
  apps: readonly App[],
): ProblemView[] {
  const { query, state, owner } = filters;
  const matches = matcherOf(query);
  const found = problems.filter(({ text }) => matches(text));
  if (state === '' && owner === '') return found;
  const names = new Set(filterApps(apps, { ...filters, query: '' }).map(({ hostname }) => hostname));
  return found.filter(
    (problem) =>
      // An instance that no app has, has an owner and no state.
      (state === '' && problem.owner === owner) ||
      [...problem.down, ...problem.others].some(({ hostname }) => names.has(hostname)),
  );
}

/** Whether a text in lower case has every word of the query. */
function matcherOf(query: string): (text: string) => boolean {
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
