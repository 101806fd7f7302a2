import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { describeState, stateNow } from './states.ts';

/** More changes than this are announced as a number. */
const MOST_NAMED = 3;

/** Announces the differences between two lists to screen readers; empty if there are none. */
export function describeNews(before: RoutesFile, after: RoutesFile, now: Milliseconds): string {
  const [old, present] = [wordsByName(before, now), wordsByName(after, now)];
  const changed = [...present].filter(([name, words]) => old.get(name) !== words);
  const gone = [...old.keys()].filter((name) => !present.has(name));
  const changes = [
    ...changed.map(([name, words]) => `${name}: ${words}.`),
    ...gone.map((name) => `${name}: gone.`),
  ];
  return changes.length > MOST_NAMED ? `${changes.length} apps have changed.` : changes.join(' ');
}

function wordsByName({ routes }: RoutesFile, now: Milliseconds): Map<string, string> {
  return new Map(routes.map((route) => [route.hostname, describeState(stateNow(route, now)).words]));
}
