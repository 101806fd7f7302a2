import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import { problemPage } from '../../core/problem-codes.ts';
import { listInstances } from '../../local/cloud-client.ts';
import { readPublished } from '../cloud/published.ts';
import { describeEnding, describeSilence } from '../cloud/reasons.ts';
import { findRunningCloud, resolveState, STATE, waitForUpdater } from '../cloud/running-cloud.ts';
import type { Command } from '../command.ts';

/** Lists the instances of the local cloud, their names and their problems. */
export const list: Command = {
  name: 'list',
  summary: 'List instances, their names, and problems with remedies.',
  options: STATE,
  async run(given, terminal) {
    const cloud = await findRunningCloud(given.text('state'));
    await waitForUpdater(cloud, terminal);
    const instances = await listInstances(cloud.api);
    const { routes, problems } = await readPublished(cloud);
    for (const instance of instances) {
      const names = routes.filter((route) => route.instances.includes(instance.id));
      const shown = names.map(describeRoute).join(', ');
      terminal.out(`${instance.id}  ${instance.state.padEnd(13)}  ${shown || '–'}`);
      const state = resolveState(given);
      const why = [...describeEnding(instance, state), ...(await describeSilence(instance, state))];
      for (const line of why) terminal.out(`    ${line}`);
    }
    if (instances.length === 0)
      terminal.out('no instances; launch one: dynamic-edge-proxy launch --host hello --image ami-hello');
    for (const problem of problems) {
      terminal.out(`! ${problem.message}${describeHidden(problem, routes)}`);
      terminal.out(`    see ${problemPage(problem.code)}`);
    }
    return 0;
  },
};

/** A name with its state. A name that needs no sign-in is marked in a deployment where others do. */
function describeRoute({ hostname, state, access }: RouteSummary): string {
  return `${hostname} (${state}${access === 'open' ? ', open to everyone' : ''})`;
}

/** The names of a problem that have no route because of it. */
function describeHidden({ hostnames = [] }: Problem, routes: readonly RouteSummary[]): string {
  const hidden = hostnames.filter((name) => !routes.some((route) => route.hostname === name));
  return hidden.length === 0 ? '' : ` (${hidden.join(', ')} has no route until then)`;
}
