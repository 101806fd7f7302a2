import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import { problemPage } from '../../core/problem-codes.ts';
import type { Command, Terminal } from '../command.ts';
import { parseTarget, TARGET } from '../target.ts';
import { wrap } from '../wrap.ts';
import { formatInstance, formatName } from './instance-lines.ts';
import type { ListedFleet } from './listed-fleet.ts';

/** Lists instances, their names and their problems. */
export const list: Command = {
  name: 'list',
  summary: 'List instances with their names, since when, whose and over which address, and problems.',
  options: TARGET,
  async run(given, terminal) {
    const fleet =
      parseTarget(given) === 'local'
        ? await (await import('./local.ts')).listLocal(given, terminal)
        : await (await import('./aws.ts')).listAws(given);
    printFleet(fleet, terminal);
    return 0;
  },
};

/** Prints each instance with its names, the names without one of these instances, and the problems. */
export function printFleet(fleet: ListedFleet, { out, err }: Terminal): void {
  const { instances, routes, problems, nothing, notes } = fleet;
  for (const instance of instances) {
    for (const line of formatInstance(instance, fleet)) out(line);
    for (const line of instance.reasons) out(`    ${line}`);
  }
  const shown = new Set(instances.map(({ id }) => id));
  const others = routes.filter((route) => !route.instances.some((id) => shown.has(id)));
  for (const route of others) for (const line of formatName(route, fleet)) out(line);
  if (instances.length + others.length + problems.length === 0) out(nothing);
  for (const problem of problems) {
    for (const line of wrap('! ', `${problem.message}${describeHidden(problem, routes)}`)) out(line);
    out(`    see ${problemPage(problem.code)}`);
  }
  for (const note of notes) for (const line of wrap('! ', note)) err(line);
}

/** The names of a problem that have no route because of it. */
function describeHidden({ hostnames = [] }: Problem, routes: readonly RouteSummary[]): string {
  const hidden = hostnames.filter((name) => !routes.some((route) => route.hostname === name));
  return hidden.length === 0 ? '' : ` (${hidden.join(', ')} has no route until then)`;
}
