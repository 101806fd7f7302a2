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
}

/**
 * The text of the list. With `no-cache` the browser sends its ETag and uses its copy on a 304.
 *
 * @throws {ListError}
 */
export async function loadList() {
  const { ok, status, text } = await request();
  if (ok) return text;
  throw new ListError(status === 404 ? 'the updater has not written it yet' : `the edge answered ${status}`);
}

async function request() {
  try {
    const response = await fetch('routes.json', { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) });
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
  const file = parseJson(text);
  if (file?.version !== 1) throw new ListError('it has a newer format, so reload the page');
  const { deployment, baseDomain, updatedAt, routes, problems } = file;
  const heads = [deployment, baseDomain, updatedAt];
  if (!isList(heads, isText) || !isList(routes, isRoute) || !isList(problems, isProblem))
    throw new ListError('parts of it are missing');
  return file;
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ListError('it is not JSON', { cause });
  }
}

/** @param {any} list @param {(item: any) => boolean} isOne */
function isList(list, isOne) {
  return Array.isArray(list) && list.every(isOne);
}

/** @param {any} json */
function isText(json) {
  return typeof json === 'string';
}

/** Checks every field that the page reads. @param {any} route */
function isRoute(route) {
  const { hostname, state, instances, paths, expiresAt = '' } = route ?? {};
  return [hostname, state, expiresAt].every(isText) && isList(instances, isText) && isList(paths, isText);
}

/** Checks every field that the page reads. @param {any} problem */
function isProblem(problem) {
  const { code, instance, tag, message, hostnames = [] } = problem ?? {};
  return [code, instance, tag, message].every(isText) && isList(hostnames, isText);
}
