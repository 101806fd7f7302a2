import { groupBy } from '../../core/group-by.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { NO_FILTERS } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { printCount } from '../words/counts.ts';
import { describeState, stateNow } from '../words/states.ts';

/** The number of apps in each state, the live ones first, then the most. */
function countStates({ routes }: RoutesFile, now: Milliseconds): ReadonlyMap<string, number> {
  const groups = groupBy(routes, (route) => stateNow(route, now));
  const live = groups.get('live')?.length ?? 0;
  groups.delete('live');
  const others = [...groups].map(([state, { length }]) => [state, length] as const);
  return new Map([['live', live], ...others.sort(([, a], [, b]) => b - a)]);
}

/** The number of apps in each state, each of which filters the list, and the number of problems. */
export function Summary({ list, now }: { list: RoutesFile; now: Milliseconds }) {
  const { address } = useNavigation();
  const { filters, view } = address;
  const isList = view.on === 'list' || view.on === 'problems';
  const stateLink = (state: string) => ({
    to: { filters: { ...filters, state }, view: { on: 'list' } as const },
    ...(isList && filters.state === state ? { 'aria-current': 'true' as const } : {}),
  });
  const { problems, routes } = list;
  return (
    <nav class="counts" aria-label="Apps by state">
      <Link {...stateLink('')}>
        <b>{printCount(routes.length)}</b> {routes.length === 1 ? 'app' : 'apps'}
      </Link>
      {[...countStates(list, now)].map(([state, number]) => (
        <Link key={state} {...stateLink(state)}>
          <span class="dot" data-tone={describeState(state).tone} />
          <b>{printCount(number)}</b> {describeState(state).words.toLowerCase()}
        </Link>
      ))}
      {problems.length > 0 && (
        <Link
          class="warning"
          to={{ filters: { ...NO_FILTERS, sort: filters.sort }, view: { on: 'problems' } }}
        >
          <span class="dot" data-tone="care" />
          <b>{printCount(problems.length)}</b> {problems.length === 1 ? 'problem' : 'problems'}
        </Link>
      )}
    </nav>
  );
}
