/**
 * Loads `changes.json`, which follows a large list. Most deployments never load this file.
 *
 * @typedef {import('../core/journal/routes-file.ts').RoutesFile} RoutesFile
 * @typedef {import('../core/journal/changes-file.ts').ChangesFile} ChangesFile
 */
import { isList, isProblem, isRoute, isText, ListError, loadList, parseFile, request } from './route-list.js';

/** The documents that were read last, and the list that they make. */
let last = {
  whole: /** @type {RoutesFile | undefined} */ (undefined),
  text: '',
  list: /** @type {RoutesFile | undefined} */ (undefined),
};

/**
 * The list after its changes; the same object while nothing has changed.
 *
 * @param {RoutesFile} list
 * @throws {ListError}
 */
export async function followChanges(list) {
  const { ok, text } = await request('changes.json');
  if (!ok) return list;
  if (last.list && last.whole === list && last.text === text) return last.list;
  const changes = parseChanges(text);
  // A new list came between the two.
  const isLater = Date.parse(changes.follows) > Date.parse(list.updatedAt);
  const whole = isLater ? await loadList() : list;
  const present = applyToList(whole, changes);
  last = { whole, text, list: present };
  return present;
}

/** @param {string} text @returns {ChangesFile} @throws {ListError} */
export function parseChanges(text) {
  const file = parseFile(text);
  const { follows, updatedAt, routes, gone, problems } = file;
  const isRight =
    isList([follows, updatedAt], isText) &&
    isList(routes, isRoute) &&
    isList(gone, isText) &&
    isList(problems?.removed, Number.isInteger) &&
    isList(problems?.added, isProblem);
  if (isRight) return file;
  throw new ListError('parts of its changes are missing');
}

/**
 * The list after the changes. Changes that follow another list are left out: a later list has them.
 *
 * @param {RoutesFile} list @param {ChangesFile} changes
 */
function applyToList(list, { follows, updatedAt, routes, gone, problems }) {
  if (follows !== list.updatedAt) return list;
  const changed = new Set([...gone, ...routes.map(({ hostname }) => hostname)]);
  const removed = new Set(problems.removed);
  const kept = list.routes.filter(({ hostname }) => !changed.has(hostname));
  return {
    ...list,
    updatedAt,
    routes: [...kept, ...routes].sort((a, b) => (a.hostname < b.hostname ? -1 : 1)),
    problems: [...list.problems.filter((_, at) => !removed.has(at)), ...problems.added],
  };
}
