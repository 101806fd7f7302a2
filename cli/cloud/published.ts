import { applyToList, followLater, MOST_WHOLE, parseChangesFile } from '../../core/journal/changes-file.ts';
import { parseRoutesFile, type RouteSummary, type RoutesFile } from '../../core/journal/routes-file.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import { Fault } from '../../core/schema.ts';
import { readPublishedDocument } from '../../local/cloud-client.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { InputError } from '../input.ts';

/** True if a name leads to the instance, even while it sleeps. A name in `conflict` does not: its tags are wrong. */
export function isRouted(id: string, routes: readonly RouteSummary[]): boolean {
  return routes.some(({ instances, state }) => instances.includes(id) && state !== 'conflict');
}

/** The routes and problems that an updater has published. With the detail `names` it publishes no problems. */
export type Published = Pick<RoutesFile, 'routes' | 'instances' | 'problems'> &
  Partial<Pick<RoutesFile, 'detail'>>;

/** Reads the routes and problems that the updater of a local cloud has published. */
export async function readPublished({ api }: Pick<CloudFile, 'api'>): Promise<Published> {
  const list = await readLists({
    where: `of the cloud at ${api}`,
    remedy: 'restart the local cloud with this version',
    read: (name) => readPublishedDocument(api, name),
  });
  const none = { routes: [], instances: [] };
  return list ?? { ...none, problems: [unpublished("see logs/updater.log in the cloud's folder")] };
}

/** The documents of an updater, which may be absent. */
export interface PublishedDocuments {
  /** For messages: `of the cloud at …`. */
  where: string;
  remedy: string;
  read(name: string): Promise<string | undefined>;
}

/** Reads the list of routes with its changes. Undefined if there is none yet. */
export async function readLists(documents: PublishedDocuments): Promise<RoutesFile | undefined> {
  const readList = () => readDocument(documents, 'routes.json', parseRoutesFile);
  const list = await readList();
  if (list === undefined || list.routes.length <= MOST_WHOLE) return list;
  const changes = await readDocument(documents, 'changes.json', parseChangesFile);
  if (changes === undefined) return list;
  // A new list came between the two.
  const later = followLater(changes, list) ? await readList() : undefined;
  return applyToList(later ?? list, changes);
}

/** The problem of a deployment without a list. */
export function unpublished(remedy: string): Problem {
  return makeProblem({
    ...{ code: 'no-routes-file', remedy },
    what: 'the updater has not published any routes yet',
  });
}

/**
 * Reads a document. Undefined if it is not there.
 *
 * @throws InputError
 */
export async function readDocument<T>(
  { where, remedy, read }: PublishedDocuments,
  name: string,
  parse: (text: string) => T | Fault,
): Promise<T | undefined> {
  const text = await read(name);
  if (text === undefined) return undefined;
  const document = parse(text);
  if (!(document instanceof Fault)) return document;
  throw new InputError(`this version cannot read ${name} ${where}: ${document}; ${remedy}`);
}
