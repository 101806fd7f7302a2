/**
 * The portal lists the live apps and updates the list in place.
 *
 * @typedef {import('../core/journal/routes-file.ts').RoutesFile} RoutesFile
 * @typedef {import('../core/journal/routes-file.ts').RouteSummary} RouteSummary
 * @typedef {import('../core/problem.ts').Problem} Problem
 */
import { announce, byId, element, put, putAll, putMarked, putName, putTime, sync } from './elements.js';
import { loadLastRequests } from './last-requests.js';
import { ListError, loadList } from './route-list.js';
import {
  appHref,
  describeAge,
  describeChanges,
  describeLease,
  describeSpan,
  describeState,
  matches,
  nameBefore,
  problemHref,
} from './words.js';

/** The filter appears above this number of routes. */
const UNFILTERED = 8;

const isLocal = /(?:^|\.)localhost$|^127\.|^\[::1\]$/.test(location.hostname);
const interval = isLocal ? 2 : 5;
const filter = byId('filter', HTMLInputElement);

/**
 * `loadedAt` is in epoch milliseconds; `trouble` is why the last load failed.
 *
 * @type {{ file?: RoutesFile, loadedAt: number, trouble: string, lastRequests: Map<string, string> }}
 */
const known = { loadedAt: 0, trouble: '', lastRequests: new Map() };

/** Loads and shows the list while the page is visible. */
async function watch() {
  for (;;) {
    await refresh();
    show();
    // Afterwards, so that the first list does not wait for it.
    await refreshLastRequests();
    await new Promise((resolve) => setTimeout(resolve, interval * 1000));
    await seen();
  }
}

/** Waits until the page is visible. */
async function seen() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  }
}

async function refresh() {
  try {
    const file = await loadPresent();
    if (known.trouble !== '') announce('The list of apps is up to date again.');
    if (file !== known.file) accept(file);
    known.loadedAt = Date.now();
    known.trouble = '';
  } catch (error) {
    if (!(error instanceof ListError)) throw error;
    // A navigation signs in again, usually without a page. Before the first list it would repeat without end.
    if (error.isSignedOut && known.file) location.reload();
    if (known.trouble === '') announce(`Can’t load the list of apps: ${error.message}.`);
    known.trouble = error.message;
  }
}

async function refreshLastRequests() {
  const times = await loadLastRequests();
  if (times === known.lastRequests) return;
  known.lastRequests = times;
  show();
}

/** `changes.json` follows a list of more routes than MOST_WHOLE of core/journal/changes-file.ts. */
async function loadPresent() {
  const list = await loadList();
  if (list.routes.length <= 2000) return list;
  const { followChanges } = await import('./list-changes.js').catch((cause) => {
    throw new ListError('the edge does not answer', { cause });
  });
  return followChanges(list);
}

/** @param {RoutesFile} file */
function accept(file) {
  if (file.signIn && !known.file) void import('./person.js');
  if (known.file) announce(describeChanges(known.file, file));
  known.file = file;
}

function show() {
  showTrouble();
  const { file } = known;
  if (!file) return;
  showHead(file);
  showAsked(file);
  showApps(file);
  showProblems(file.problems);
  showLesson(file);
  byId('zone').hidden = file.baseDomain !== '';
  put(byId('deployment'), `Deployment ${file.deployment}`);
  putTime(byId('written'), file.updatedAt, describeAge(file.updatedAt));
  // Shown only now, so that the first list does not move visible content.
  byId('main').hidden = false;
  byId('footer').hidden = false;
}

/** Without a list the message stands at the top; later it floats above the last list. */
function showTrouble() {
  const { trouble, loadedAt, file } = known;
  const last = file ? ` Last updated ${describeSpan(Date.now() - loadedAt)} ago.` : '';
  const place = byId(file ? 'trouble' : 'summary');
  byId('trouble').hidden = trouble === '' || !file;
  if (trouble !== '')
    put(place, `Can’t load the list of apps: ${trouble}.${last} Trying again every ${interval} s.`);
}

/** @param {RoutesFile} file */
function showHead({ routes, problems, baseDomain }) {
  const domain = baseDomain || location.hostname;
  const live = routes.filter((route) => describeState(route).words === 'Live').length;
  const count = (/** @type {number} */ n, /** @type {string} */ noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const link = element('a', count(problems.length, 'problem'));
  link.setAttribute('href', '#problems');
  putName(byId('domain'), domain);
  document.title = `${live} live · ${domain}`;
  const others = Map.groupBy(routes, (route) => describeState(route).words);
  others.delete('Live');
  putAll(byId('summary'), [
    element('b', `${count(live, 'app')} live`),
    ...[...others].map(([words, group]) => element('span', `${group.length} ${words.toLowerCase()}`)),
    ...(problems.length > 0 ? [link] : []),
  ]);
}

/** @param {RoutesFile} file */
function showApps({ routes, baseDomain }) {
  const wanted = routes.length > UNFILTERED ? filter.value.trim() : '';
  const shown = routes.filter((route) => matches(route, wanted));
  byId('search').hidden = routes.length <= UNFILTERED;
  byId('apps').hidden = routes.length === 0;
  byId('no-match').hidden = shown.length > 0;
  put(byId('no-match'), `None of the ${routes.length} apps matches “${wanted}”.`);
  const byName = new Map(shown.map((route) => [route.hostname, route]));
  sync(byId('app-list'), byId('app-template', HTMLTemplateElement), byName, (part, route) =>
    showApp(part, route, baseDomain),
  );
}

/** Explains how to add an app while there are few. @param {RoutesFile} file */
function showLesson({ routes, baseDomain }) {
  byId('teach').hidden = routes.length > UNFILTERED;
  byId('teach').classList.toggle('panel', routes.length === 0);
  byId('teach-launch').hidden = !isLocal;
  byId('teach-tag').hidden = isLocal;
  put(byId('teach-title'), routes.length === 0 ? 'Nothing is live yet' : 'Add an app');
  put(byId('example'), appHref(baseDomain === '' ? 'shop' : `shop.${baseDomain}`, baseDomain, []) ?? '');
}

/** @param {(name: string) => HTMLElement} part @param {RouteSummary} route @param {string} baseDomain */
function showApp(part, route, baseDomain) {
  showName(part, route, baseDomain);
  const { words, tone } = describeState(route);
  put(part('state'), words);
  part('state').dataset['tone'] = tone;
  const { hostname, instances, expiresAt, access } = route;
  put(part('instances-title'), instances.length === 1 ? 'Instance' : 'Instances');
  putAll(
    part('instances'),
    instances.map((id) => element('code', id)),
  );
  const paths = [...new Set(route.paths)];
  put(part('paths-title'), paths.length === 1 ? 'Path' : 'Paths');
  putAll(
    part('paths'),
    paths.map((path) => element('code', path.replace(/^=(.*)$/, '$1 (exactly)'))),
  );
  part('paths-row').hidden = paths.every((path) => path === '/');
  part('access-row').hidden = access !== 'open';
  part('lease-row').hidden = expiresAt === undefined;
  if (expiresAt !== undefined) putTime(part('lease'), expiresAt, describeLease(expiresAt));
  const last = known.lastRequests.get(hostname);
  part('last-row').hidden = last === undefined;
  if (last !== undefined) putTime(part('last'), last, describeAge(last));
}

/** @param {(name: string) => HTMLElement} part @param {RouteSummary} route @param {string} baseDomain */
function showName(part, { hostname, paths }, baseDomain) {
  const suffix = baseDomain !== '' && hostname.endsWith(`.${baseDomain}`) ? `.${baseDomain}` : '';
  put(part('label'), hostname.slice(0, hostname.length - suffix.length));
  put(part('suffix'), suffix);
  const href = appHref(hostname, baseDomain, paths);
  if (href === undefined) part('name').removeAttribute('href');
  else part('name').setAttribute('href', href);
}

/** Shows why the name that led here is not served. @param {RoutesFile} file */
function showAsked({ routes, problems, baseDomain }) {
  const name = nameBefore(document.referrer, baseDomain);
  byId('asked').hidden =
    name === undefined || routes.some((route) => route.hostname === name && route.state !== 'conflict');
  const own = problems.filter(({ hostnames }) => name !== undefined && hostnames?.includes(name));
  putName(byId('asked-name'), name ?? '');
  list('asked-list', own);
  byId('asked-none').hidden = own.length > 0;
}

/** @param {readonly Problem[]} problems */
function showProblems(problems) {
  byId('problems').hidden = problems.length === 0;
  list('problem-list', problems);
}

/** @param {string} id @param {readonly Problem[]} problems */
function list(id, problems) {
  byId(id).hidden = problems.length === 0;
  const byKey = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  sync(byId(id), byId('problem-template', HTMLTemplateElement), byKey, showProblem);
}

/** @param {(name: string) => HTMLElement} part @param {Problem} problem */
function showProblem(part, { code, tag, instance, hostnames = [], message }) {
  const told = { tag, instance, hostnames: hostnames.join(' ') };
  for (const [name, text] of Object.entries(told)) {
    put(part(name), text);
    part(name).hidden = text === '';
  }
  // The line above the message already names the instance.
  const own = instance !== '' && message.startsWith(`${instance}: `);
  putMarked(part('message'), own ? message.slice(instance.length + 2) : message);
  put(part('code'), code);
  part('code').setAttribute('href', problemHref(code));
}

/** Screen readers do not notice a shorter list. */
function announceMatches() {
  show();
  const left = byId('app-list').children.length;
  announce(`${left} of ${known.file?.routes.length ?? 0} apps match.`);
}

/** `/` moves to the filter, except in a text field. @param {KeyboardEvent} event */
function onKey(event) {
  const typing = event.target instanceof HTMLInputElement;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === '/' && plain && !typing && !byId('search').hidden) {
    event.preventDefault();
    filter.focus();
  }
  if (event.key === 'Escape' && typing && filter.value !== '') {
    filter.value = '';
    announceMatches();
  }
}

putName(byId('domain'), location.hostname);
filter.addEventListener('input', announceMatches);
document.addEventListener('keydown', onKey);
await watch();
