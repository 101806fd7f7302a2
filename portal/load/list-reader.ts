import { applyToList, followLater, MOST_WHOLE, parseChangesFile } from '../../core/journal/changes-file.ts';
import { parseRoutesFile, type RoutesFile } from '../../core/journal/routes-file.ts';
import { Fault } from '../../core/schema.ts';
import { ListError, refuse, request } from './document.ts';

/** Reads the list. It returns the same object while nothing has changed. It throws a {@link ListError}. */
export type ReadList = () => Promise<RoutesFile>;

/** Makes a reader of `routes.json`, and of `changes.json`, which follows a large list. */
export function createListReader(): ReadList {
  // An equal text is not parsed again.
  let whole: { text: string; list: RoutesFile } | undefined;
  let present: { whole: RoutesFile; text: string; list: RoutesFile } | undefined;

  async function readWhole(): Promise<RoutesFile> {
    const { ok, status, text } = await request('routes.json');
    if (!ok) throw notThere(status);
    if (whole?.text !== text) whole = { text, list: parseList(text) };
    return whole.list;
  }

  async function followChanges(list: RoutesFile): Promise<RoutesFile> {
    const { ok, text } = await request('changes.json');
    if (!ok) return list;
    if (present?.whole === list && present.text === text) return present.list;
    const changes = parseChangesFile(text);
    if (changes instanceof Fault) throw refuse(changes, 'parts of its changes are missing');
    // A new list came between the two.
    const latest = followLater(changes, list) ? await readWhole() : list;
    present = { whole: latest, text, list: applyToList(latest, changes) };
    return present.list;
  }

  return async () => {
    const list = await readWhole();
    return list.routes.length > MOST_WHOLE ? followChanges(list) : list;
  };
}

function parseList(text: string): RoutesFile {
  const list = parseRoutesFile(text);
  if (list instanceof Fault) throw refuse(list, 'parts of it are missing');
  return list;
}

function notThere(status: number): ListError {
  if (status === 404) return new ListError('the updater has not written it yet');
  return new ListError(`the edge answered ${status}`, { isSignedOut: status === 401 });
}
