import { groupBy } from '../../core/group-by.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { PROBLEMS } from '../address/address.ts';
import { describeState, stateNow } from '../words/states.ts';

/** The number of apps in each state, the live ones first. */
export function countStates({ routes }: RoutesFile, now: Milliseconds): ReadonlyMap<string, number> {
  const groups = groupBy(routes, (route) => stateNow(route, now));
  const live = groups.get('live')?.length ?? 0;
  groups.delete('live');
  return new Map([['live', live], ...[...groups].map(([state, group]) => [state, group.length] as const)]);
}

/** `1 app`, `2 apps`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The state of all apps in one line. */
export function Summary({ list, now }: { list: RoutesFile; now: Milliseconds }) {
  const [[, live] = ['live', 0], ...others] = countStates(list, now);
  const { problems } = list;
  return (
    <p class="soft facts">
      <b>{count(live, 'app')} live</b>
      {others.map(([state, number]) => (
        <span key={state}>
          {number} {describeState(state).words.toLowerCase()}
        </span>
      ))}
      {problems.length > 0 && <a href={`#${PROBLEMS}`}>{count(problems.length, 'problem')}</a>}
    </p>
  );
}
