import type { RouteSummary } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import { problemPage } from '../../core/problem-codes.ts';
import { Fault } from '../../core/schema.ts';
import { LAST_REQUESTS, type LastRequests, parseLastRequests } from '../../core/traffic/last-requests.ts';
import { listInstances, readPublishedDocument } from '../../local/cloud-client.ts';
import { formatInstance } from '../cloud/instance-lines.ts';
import { readPublished } from '../cloud/published.ts';
import { describeEnding, describeSilence } from '../cloud/reasons.ts';
import { findRunningCloud, resolveState, STATE, waitForUpdater } from '../cloud/running-cloud.ts';
import type { Command } from '../command.ts';
import { wrap } from '../wrap.ts';

/** Lists the instances of the local cloud, their names and their problems. */
export const list: Command = {
  name: 'list',
  summary: 'List instances with their names, since when, whose and over which address, and problems.',
  options: STATE,
  async run(given, terminal) {
    const cloud = await findRunningCloud(given.text('state'));
    await waitForUpdater(cloud, terminal);
    const instances = await listInstances(cloud.api);
    const { routes, instances: known, problems } = await readPublished(cloud);
    const facts = {
      ...{ routes, instances: known },
      lastRequests: await readLastRequests(cloud.api),
    };
    for (const instance of instances) {
      for (const line of formatInstance(instance, facts)) terminal.out(line);
      const state = resolveState(given);
      const why = [...describeEnding(instance, state), ...(await describeSilence(instance, state))];
      for (const line of why) terminal.out(`    ${line}`);
    }
    if (instances.length === 0)
      terminal.out('no instances; launch one: dynamic-edge-proxy launch --host hello --image ami-hello');
    for (const problem of problems) {
      for (const line of wrap('! ', `${problem.message}${describeHidden(problem, routes)}`))
        terminal.out(line);
      terminal.out(`    see ${problemPage(problem.code)}`);
    }
    return 0;
  },
};

/** The names of a problem that have no route because of it. */
function describeHidden({ hostnames = [] }: Problem, routes: readonly RouteSummary[]): string {
  const hidden = hostnames.filter((name) => !routes.some((route) => route.hostname === name));
  return hidden.length === 0 ? '' : ` (${hidden.join(', ')} has no route until then)`;
}

/** The last request of each app. None without access logs; another version's document tells nothing either. */
async function readLastRequests(api: string): Promise<LastRequests> {
  const text = await readPublishedDocument(api, LAST_REQUESTS);
  const times = text === undefined ? undefined : parseLastRequests(text);
  return times === undefined || times instanceof Fault ? new Map() : times;
}
