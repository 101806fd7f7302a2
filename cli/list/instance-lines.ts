import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import type { RouteSummary } from '../../core/journal/routes-file.ts';
import { wrap } from '../wrap.ts';
import type { ListedInstance, NameFacts } from './listed-fleet.ts';

/** An instance with its state and names, and a line for each name: since when, whose, over which family, its last request. */
export function formatInstance({ id, state, owner }: ListedInstance, facts: NameFacts): string[] {
  const names = facts.routes.filter(({ instances }) => instances.includes(id));
  const summary = facts.known.find((each) => each.id === id);
  const head = `${id}  ${state.padEnd(13)}  `;
  const lines = names.flatMap((route) => {
    const own = describeName(route, { ...summary, owner }, facts);
    const text = names.length === 1 ? own : `${route.hostname}: ${own}`;
    return own === '' ? [] : wrap(INDENT, text);
  });
  return [...wrap(head, names.map(describeRoute).join(', ') || '–'), ...lines];
}

/** A name without an instance to show, with the same facts. */
export function formatName(route: RouteSummary, facts: NameFacts): string[] {
  const own = describeName(route, { owner: undefined }, facts);
  return [...wrap('', describeRoute(route)), ...(own === '' ? [] : wrap(INDENT, own))];
}

const INDENT = '    ';

/** A name with its state. A name that needs no sign-in is marked in a deployment where others do. */
function describeRoute({ hostname, state, access }: RouteSummary): string {
  return `${hostname} (${state}${access === 'open' ? ', open to everyone' : ''})`;
}

/** States in which requests go to the instance. */
const SERVED: ReadonlySet<string> = new Set(['live', 'draining']);

const FAMILIES = { ipv4: 'IPv4', ipv6: 'IPv6', vpc: 'private' } as const;

function describeName(
  { hostname, state, since }: RouteSummary,
  { via, launchedBy, owner }: Partial<InstanceSummary> & { owner: string | undefined },
  { lastRequests }: NameFacts,
): string {
  const last = lastRequests.get(hostname);
  return [
    ...(since === undefined ? [] : [`since ${formatTime(since)}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(owner !== undefined || launchedBy === undefined ? [] : [`launched by ${launchedBy}`]),
    ...(via === undefined || !SERVED.has(state) ? [] : [`over ${FAMILIES[via]}`]),
    ...(last === undefined ? [] : [`last request ${formatTime(last)}`]),
  ].join(', ');
}

/** To the second, in UTC. */
function formatTime(time: string | number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
