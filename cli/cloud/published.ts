import { parseRoutesFile, type RouteSummary, type RoutesFile } from '../../core/journal/routes-file.ts';
import { makeProblem } from '../../core/problem.ts';
import { Fault } from '../../core/schema.ts';
import { InputError } from '../input.ts';

/** True where a name answers for the instance, be it that it sleeps: tags that are wrong or too many make `conflict`. */
export function isRouted(id: string, routes: readonly RouteSummary[]): boolean {
  return routes.some(({ instances, state }) => instances.includes(id) && state !== 'conflict');
}

/** The routes and problems that the updater of a local cloud has published. */
export async function readPublished(portal: string): Promise<Pick<RoutesFile, 'routes' | 'problems'>> {
  const address = `${portal}routes.json`;
  const response = await fetch(address);
  if (response.ok) {
    const file = parseRoutesFile(await response.text());
    if (!(file instanceof Fault)) return file;
    throw new InputError(
      `${address} is not a list of routes that this version reads: ${file}; start the local cloud again with this version`,
    );
  }
  const unpublished = makeProblem({
    code: 'no-routes-file',
    what: 'the updater has published no routes yet',
    remedy: 'its log, logs/updater.log of the cloud, says why',
  });
  return { routes: [], problems: [unpublished] };
}
