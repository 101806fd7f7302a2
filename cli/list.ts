import type { RoutesFile } from '../core/routes-file.ts';
import { argumentsOf, type Command } from './command.ts';
import { ec2Of, runningCloud } from './running-cloud.ts';
import { allInstances } from './targets.ts';

/** Shows the instances of the local cloud, what their names answer, and what is wrong. */
export const list: Command = {
  name: 'list',
  usage: '',
  summary: 'List instances, the names they have, and problems that a person can fix.',
  async run(args, terminal) {
    const cloud = runningCloud(argumentsOf(args, { state: { type: 'string' } }).text('state'));
    const instances = await allInstances(ec2Of(cloud));
    const { routes, problems } = (await (await fetch(`${cloud.portal}routes.json`)).json()) as RoutesFile;
    for (const instance of instances) {
      const names = routes.filter((route) => route.instances.includes(instance.id));
      const shown = names.map((route) => `${route.hostname} (${route.state})`).join(', ');
      terminal.out(`${instance.id}  ${instance.state.padEnd(13)}  ${shown || '–'}`);
    }
    if (instances.length === 0)
      terminal.out('no instances; try: edge-proxy launch --host hello --image ami-hello');
    for (const problem of problems) terminal.out(`! ${problem.message}`);
    return 0;
  },
};
