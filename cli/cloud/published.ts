import { applyToList, followLater, MOST_WHOLE, parseChangesFile } from '../../core/journal/changes-file.ts';
import { parseRoutesFile, type RouteSummary, type RoutesFile } from '../../core/journal/routes-file.ts';
import { makeProblem } from '../../core/problem.ts';
import { Fault } from '../../core/schema.ts';
import { readPublishedDocument } from '../../local/cloud-client.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { InputError } from '../input.ts';

/** True if a name leads to the instance, even while it sleeps. A name in `conflict` does not: its tags are wrong. */
export function isRouted(id: string, routes: readonly RouteSummary[]): boolean {
  return routes.some(({ instances, state }) => instances.includes(id) && state !== 'conflict');
}

/** Reads the routes and problems that the updater of a local cloud has published. */
export async function readPublished({
  api,
}: Pick<CloudFile, 'api'>): Promise<Pick<RoutesFile, 'routes' | 'problems'>> {
  const readList = () => readDocument(api, 'routes.json', parseRoutesFile);
  const list = await readList();
  if (list === undefined) return { routes: [], problems: [UNPUBLISHED] };
  if (list.routes.length <= MOST_WHOLE) return list;
  const changes = await readDocument(api, 'changes.json', parseChangesFile);
  if (changes === undefined) return list;
  // A new list came between the two.
  const later = followLater(changes, list) ? await readList() : undefined;
  return applyToList(later ?? list, changes);
}

const UNPUBLISHED = makeProblem({
  code: 'no-routes-file',
  what: 'the updater has not published any routes yet',
  remedy: "see logs/updater.log in the cloud's folder",
});

/** Undefined for a document that is not there. */
async function readDocument<T>(
  api: string,
  name: string,
  parse: (text: string) => T | Fault,
): Promise<T | undefined> {
  const text = await readPublishedDocument(api, name);
  if (text === undefined) return undefined;
  const document = parse(text);
  if (!(document instanceof Fault)) return document;
  throw new InputError(
    `this version cannot read ${name} of the cloud at ${api}: ${document}; restart the local cloud with this version`,
  );
}
