/**
 * Words, tones, links and spans of time for routes.
 *
 * @typedef {import('../core/journal/routes-file.ts').RoutesFile} RoutesFile
 * @typedef {import('../core/journal/routes-file.ts').RouteSummary} RouteSummary
 */

/** The words of each state, and a colour that repeats them. A lease ends without the updater. */
const LOOKS = new Map([
  ['live', { words: 'Live', tone: 'good' }],
  ['starting', { words: 'Starting', tone: 'soon' }],
  ['waking', { words: 'Waking up', tone: 'soon' }],
  ['draining', { words: 'Draining', tone: 'care' }],
  ['maintenance', { words: 'In maintenance', tone: 'care' }],
  ['conflict', { words: 'In conflict', tone: 'bad' }],
  ['asleep', { words: 'Asleep', tone: 'calm' }],
  ['ended', { words: 'Lease ended', tone: 'calm' }],
]);

/** More changes than this are announced as a number. */
const CHANGES_TOLD = 3;

/** @param {RouteSummary} route */
export function describeState({ state, expiresAt }) {
  const ended = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
  return LOOKS.get(ended ? 'ended' : state) ?? { words: String(state), tone: 'calm' };
}

const PROBLEM_PAGE =
  'https://github.com/dynamic-edge-proxy/dynamic-edge-proxy/blob/main/docs/use/problems.md';

/** The address of a problem code's section in docs/use/problems.md. @param {string} code */
export function problemHref(code) {
  return /^[a-z-]+$/.test(code) ? `${PROBLEM_PAGE}#${code}` : PROBLEM_PAGE;
}

/** Whether any text shown for the route contains `wanted`. @param {RouteSummary} route @param {string} wanted */
export function matches(route, wanted) {
  const text = [route.hostname, describeState(route).words, ...route.instances, ...route.paths].join('\n');
  return text.toLowerCase().includes(wanted.toLowerCase());
}

/**
 * The address of an app, with the scheme and port of this page. Undefined for a wildcard and for text that is not a
 * hostname. An app without `/` opens at its shortest path.
 *
 * @param {string} hostname @param {string} baseDomain @param {readonly string[]} paths
 */
export function appHref(hostname, baseDomain, paths) {
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(hostname)) return undefined;
  const { origin, protocol, port } = location;
  const [shortest = '/'] = paths.map((path) => path.replace(/^=/, '')).sort((a, b) => a.length - b.length);
  if (baseDomain === '') return `${origin}/@${hostname}${shortest}`;
  return `${protocol}//${hostname}${port === '' ? '' : `:${port}`}${shortest}`;
}

/**
 * The app that led here: a name below the base domain, or `/@name/` on the bare domain. Browsers send
 * only the origin of a page on another origin.
 *
 * @param {string} referrer @param {string} baseDomain
 */
export function nameBefore(referrer, baseDomain) {
  if (!URL.canParse(referrer)) return undefined;
  const { hostname, pathname } = new URL(referrer);
  if (baseDomain !== '') return hostname.endsWith(`.${baseDomain}`) ? hostname : undefined;
  return hostname === location.hostname ? /^\/@([a-z0-9-]+)/.exec(pathname)?.[1] : undefined;
}

/** @param {string} expiresAt */
export function describeLease(expiresAt) {
  const end = Date.parse(expiresAt);
  const now = Date.now();
  return end > now ? `ends in ${describeSpan(end - now)}` : `ended ${describeSpan(now - end)} ago`;
}

/** @param {string} time */
export function describeAge(time) {
  return `${describeSpan(Date.now() - Date.parse(time))} ago`;
}

/** In the two largest units: `45 s`, `12 min`, `3 h 20 min`, `2 d`. @param {number} milliseconds */
export function describeSpan(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  if (total < 60) return `${total} s`;
  const counts = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60];
  const first = counts.findIndex((count) => count > 0);
  const parts = counts.map((count, i) => (count > 0 ? `${count} ${['d', 'h', 'min'][i]}` : ''));
  return parts
    .slice(first, first + 2)
    .join(' ')
    .trim();
}

/** The announcement of what has changed. @param {RoutesFile} before @param {RoutesFile} after */
export function describeChanges(before, after) {
  const [old, now] = [wordsByName(before), wordsByName(after)];
  const told = [...now].filter(([name, words]) => old.get(name) !== words);
  const gone = [...old.keys()].filter((name) => !now.has(name));
  const changes = [
    ...told.map(([name, words]) => `${name}: ${words}.`),
    ...gone.map((name) => `${name}: gone.`),
  ];
  return changes.length > CHANGES_TOLD ? `${changes.length} apps have changed.` : changes.join(' ');
}

/** @param {RoutesFile} file */
function wordsByName(file) {
  return new Map(file.routes.map((route) => [route.hostname, describeState(route).words]));
}
