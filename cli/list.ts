import type { Problem } from '../core/problem.ts';
import { parseRoutesFile, type RouteSummary, type RoutesFile } from '../core/routes-file.ts';
import { Fault } from '../core/schema.ts';
import type { Command } from './command.ts';
import { ec2Of } from './ec2.ts';
import { InputError } from './input.ts';
import { runningCloud, STATE, settle } from './running-cloud.ts';
import { allInstances } from './targets.ts';

/** Shows the instances of the local cloud, what their names answer, and what is wrong. */
export const list: Command = {
  name: 'list',
  summary: 'List instances, the names they have, and problems that a person can fix.',
  options: STATE,
  async run(given, terminal) {
    const cloud = await runningCloud(given.text('state'));
    await settle(cloud, terminal);
    const instances = await allInstances(ec2Of(cloud));
    const { routes, problems } = await published(cloud.portal);
    for (const instance of instances) {
      const names = routes.filter((route) => route.instances.includes(instance.id));
      const shown = names.map((route) => `${route.hostname} (${route.state})`).join(', ');
      terminal.out(`${instance.id}  ${instance.state.padEnd(13)}  ${shown || '–'}`);
    }
    if (instances.length === 0)
      terminal.out('no instances; try: dynamic-edge-proxy launch --host hello --image ami-hello');
    for (const problem of problems) terminal.out(`! ${problem.message}${hiddenBy(problem, routes)}`);
    return 0;
  },
};

async function published(portal: string): Promise<Pick<RoutesFile, 'routes' | 'problems'>> {
  const address = `${portal}routes.json`;
  const response = await fetch(address);
  if (response.ok) {
    const file = parseRoutesFile(await response.text());
    if (!(file instanceof Fault)) return file;
    throw new InputError(
      `${address} is not a list of routes that this version reads: ${file}; start the local cloud again with this version`,
    );
  }
  const message = 'the updater has published no routes yet; its log, logs/updater.log of the cloud, says why';
  return { routes: [], problems: [{ instance: '', tag: '', message }] };
}

/** Names that a problem is about and that answer 404 because of it. */
function hiddenBy({ hostnames = [] }: Problem, routes: readonly RouteSummary[]): string {
  const hidden = hostnames.filter((name) => !routes.some((route) => route.hostname === name));
  return hidden.length === 0 ? '' : ` (until then there is no ${hidden.join(', ')})`;
}
