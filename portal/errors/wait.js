// A page of the router, in a deployment with sign-in: asks the concierge for the newest state of this hostname, and goes there if the
// edge shows an older one. The page is complete without this script. It is that of a GET.

// The facts of the page do not wait for an answer of the concierge.
void import('./notice.js');

/** States that end when something is ready. */
const UNTIL_READY = ['asleep', 'starting', 'waking', 'maintenance', 'draining', 'unreadable', 'fault'];
/** States that seldom end by themselves. */
const BRIEFLY = ['unknown', 'unknown path', 'expired', 'conflict'];

/** Where this tab keeps the last change for which it went through the concierge. */
const WENT_FOR = '/_proxy/errors/went-for';

/** Characters of the longest path to which the concierge leads back. */
const LONGEST_PATH = 1024;

const shown = document.querySelector('h1')?.textContent ?? '';
const here = location.pathname + location.search;

const shownAt = performance.now();

/** Whether the page has stayed long enough, so that a change that comes again and again does no more than renew it each five seconds. */
const hasStayed = () => performance.now() - shownAt >= 5000;

/** Seconds until the next question: each second for a minute, each 5 s to 5 minutes, each 30 s to half an hour. */
const pauseAfter = (/** @type {number} */ waited) => (waited < 60 ? 1 : waited < 300 ? 5 : 30);

/** Seconds before each question. */
function* pauses() {
  // No app answers below our own paths.
  if (here.startsWith('/_proxy/')) return;
  if (BRIEFLY.includes(shown)) yield* [0, 5, 30];
  if (!UNTIL_READY.includes(shown)) return;
  yield 0;
  for (let waited = 0; waited < 1800; waited += pauseAfter(waited)) yield pauseAfter(waited);
}

const wait = (/** @type {number} */ seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** @type {(url: string, options?: RequestInit) => Promise<Response | undefined>} undefined without an answer */
const ask = (url, options) =>
  fetch(url, { mode: 'same-origin', redirect: 'manual', cache: 'no-store', ...options }).catch(
    () => undefined,
  );

/** Resolves when the tab is visible, with whether it was hidden. */
async function seen() {
  const wasHidden = document.hidden;
  while (document.hidden)
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  return wasHidden;
}

/**
 * The newest state; undefined if it cannot be read, or is the one that is shown.
 *
 * @returns {Promise<{ state: string, change: string } | undefined>}
 */
async function readNews() {
  const answer = await ask('/_proxy/api/status');
  // Another instance may have taken the hostname since. The concierge then begins a new session.
  if (answer?.status === 401) return { state: 'signed out', change: 'signed out' };
  const newest = answer?.status === 200 ? await answer.json().catch(() => undefined) : undefined;
  if (!newest || newest.state === 'unchanged' || newest.state === shown) return undefined;
  return { state: newest.state, change: `${newest.sequence}` };
}

/**
 * Whether this tab may go through the concierge: once for each change, so it never loops. A session that is too old again is a new
 * reason later, because the access rule may have changed while the tab fetched it. A browser that blocks cookies has no storage.
 *
 * @param {{ state: string, change: string }} news
 */
function mayGoFor({ state, change }) {
  try {
    const isNew = sessionStorage.getItem(WENT_FOR) !== change || (state === 'signed out' && hasStayed());
    sessionStorage.setItem(WENT_FOR, change);
    return isNew && here.length <= LONGEST_PATH;
  } catch {
    return false;
  }
}

/** Whether the edge has another state by now. It answers a program without a page. */
async function hasChangedHere() {
  const answer = await ask(here, { method: 'HEAD', headers: { accept: 'application/problem+json' } });
  return answer !== undefined && answer.headers.get('x-proxy-state') !== shown;
}

/**
 * Repeats a navigation that a service worker of the app has answered with `fetch(event.request)`. The router cannot tell the window of a
 * person from a frame then, and refuses. This page can: another site cannot show it in a frame.
 */
function repeatNavigation() {
  if (window !== window.top) return;
  const signIn = document.querySelector('a[target=_top]')?.getAttribute('href');
  if (shown === 'not signed in' && signIn) location.replace(signIn);
  // A reload comes from this page itself. If that is refused too, another one would be.
  const [navigation] = performance.getEntriesByType('navigation');
  if (shown === 'other site' && navigation && navigation.toJSON().type !== 'reload') location.reload();
}

async function main() {
  const line = document.createElement('p');
  line.setAttribute('role', 'status');
  document.querySelector('main')?.append(line);
  line.textContent = 'This page keeps asking and opens the app when it can.';
  for (const pause of pauses()) {
    await wait(pause);
    const wasHidden = await seen();
    const news = await readNews();
    // No hint can tell a change of this kind, so the edge has to learn of it.
    if (news && news.state !== 'changed' && mayGoFor(news)) {
      // The browser keeps the fragment through the redirect.
      location.replace(`/_proxy/api/arrive?to=${encodeURIComponent(here)}${location.hash}`);
      return;
    }
    // The concierge forgets a change after minutes, and a tab may be hidden for longer. An app may answer HEAD otherwise than GET.
    if ((news || wasHidden) && hasStayed() && (await hasChangedHere())) {
      location.reload();
      return;
    }
  }
  line.innerHTML = '<a href="">Ask again</a>';
}

repeatNavigation();
if (!pauses().next().done) void main();
