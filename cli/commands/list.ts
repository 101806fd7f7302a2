import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import { ec2Of } from '../cloud/ec2.ts';
import { published } from '../cloud/published.ts';
import { endingOf, silenceOf } from '../cloud/reasons.ts';
import { runningCloud, STATE, settle, stateOf } from '../cloud/running-cloud.ts';
import { allInstances } from '../cloud/targets.ts';
import type { Command } from '../command.ts';

/** Shows the instances of the local cloud, what their names answer, and what is wrong. */
export const list: Command = {
  name: 'list',
  summary: 'List instances, the names they have, and problems that a person can fix.',
  options: STATE,
  async run(given, terminal) {
    const cloud = await runningCloud(given.text('state'));
    await settle(cloud, terminal);
    const ec2 = ec2Of(cloud);
    const instances = await allInstances(ec2);
    const { routes, problems } = await published(cloud.portal);
    for (const instance of instances) {
      const names = routes.filter((route) => route.instances.includes(instance.id));
      const shown = names.map((route) => `${route.hostname} (${route.state})`).join(', ');
      terminal.out(`${instance.id}  ${instance.state.padEnd(13)}  ${shown || '–'}`);
      const state = stateOf(given);
      const why = [...(await endingOf(ec2, instance, state)), ...(await silenceOf(instance, state))];
      for (const line of why) terminal.out(`    ${line}`);
    }
    if (instances.length === 0)
      terminal.out('no instances; try: dynamic-edge-proxy launch --host hello --image ami-hello');
    for (const problem of problems) terminal.out(`! ${problem.message}${hiddenBy(problem, routes)}`);
    return 0;
  },
};

/** Names that a problem is about and that answer 404 because of it. */
function hiddenBy({ hostnames = [] }: Problem, routes: readonly RouteSummary[]): string {
  const hidden = hostnames.filter((name) => !routes.some((route) => route.hostname === name));
  return hidden.length === 0 ? '' : ` (until then there is no ${hidden.join(', ')})`;
}
