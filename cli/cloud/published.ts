import { parseRoutesFile, type RouteSummary, type RoutesFile } from '../../core/journal/routes-file.ts';
import { makeProblem } from '../../core/problem.ts';
import { Fault } from '../../core/schema.ts';
import { InputError } from '../input.ts';

/** True if a name leads to the instance, even while it sleeps. A name in `conflict` does not: its tags are wrong. */
export function isRouted(id: string, routes: readonly RouteSummary[]): boolean {
  return routes.some(({ instances, state }) => instances.includes(id) && state !== 'conflict');
}

/** Reads the routes and problems that the updater of a local cloud has published. */
export async function readPublished(portal: string): Promise<Pick<RoutesFile, 'routes' | 'problems'>> {
  const address = `${portal}routes.json`;
  const response = await fetch(address);
  if (response.ok) {
    const file = parseRoutesFile(await response.text());
    if (!(file instanceof Fault)) return file;
    throw new InputError(
      `this version cannot read ${address}: ${file}; restart the local cloud with this version`,
    );
  }
  const unpublished = makeProblem({
    code: 'no-routes-file',
    what: 'the updater has not published any routes yet',
    remedy: "see logs/updater.log in the cloud's folder",
  });
  return { routes: [], problems: [unpublished] };
}
