/**
 * Loads `routes.json`.
 *
 * @typedef {import('../core/journal/routes-file.ts').RoutesFile} RoutesFile
 */

/** Milliseconds that one request may take. */
const PATIENCE = 8000;

/** The list cannot be loaded. The message says why. */
export class ListError extends Error {
  name = 'ListError';
  /** True if the session of this page has ended. */
  isSignedOut = false;
}

/** The list that was read last. An equal text is not parsed again. */
let last = { text: '', list: /** @type {any} */ (undefined) };

/**
 * The list; the same object while the text is the same.
 *
 * @returns {Promise<RoutesFile>}
 * @throws {ListError}
 */
export async function loadList() {
  const { ok, status, text } = await request('routes.json');
  if (ok && last.text !== text) last = { text, list: parseList(text) };
  if (ok) return last.list;
  const error = new ListError(
    status === 404 ? 'the updater has not written it yet' : `the edge answered ${status}`,
  );
  error.isSignedOut = status === 401;
  throw error;
}

/** With `no-cache` the browser sends its ETag and uses its copy on a 304. @param {string} name */
export async function request(name) {
  try {
    const response = await fetch(name, { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (cause) {
    throw new ListError('the edge does not answer', { cause });
  }
}

/**
 * Parses and checks the text of the list.
 *
 * @param {string} text
 * @returns {RoutesFile}
 * @throws {ListError}
 */
export function parseList(text) {
  const file = parseFile(text);
  const { deployment, baseDomain, updatedAt, routes, problems } = file;
  const heads = [deployment, baseDomain, updatedAt];
  if (!isList(heads, isText) || !isList(routes, isRoute) || !isList(problems, isProblem))
    throw new ListError('parts of it are missing');
  return file;
}

/** @param {string} text */
export function parseFile(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw new ListError('it is not JSON', { cause });
  }
  if (file?.version === 1) return file;
  throw new ListError('it has a newer format, so reload the page');
}

/** @param {any} list @param {(item: any) => boolean} isOne */
export function isList(list, isOne) {
  return Array.isArray(list) && list.every(isOne);
}

/** @param {any} json */
export function isText(json) {
  return typeof json === 'string';
}

/** Checks every field that the page reads. @param {any} route */
export function isRoute(route) {
  const { hostname, state, instances, paths, expiresAt = '' } = route ?? {};
  return [hostname, state, expiresAt].every(isText) && isList(instances, isText) && isList(paths, isText);
}

/** Checks every field that the page reads. @param {any} problem */
export function isProblem(problem) {
  const { code, instance, tag, message, hostnames = [] } = problem ?? {};
  return [code, instance, tag, message].every(isText) && isList(hostnames, isText);
}
