import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { LastRequests } from '../../core/traffic/last-requests.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { describeNews } from '../words/news.ts';
import { describeSpan } from '../words/spans.ts';
import { ListError } from './document.ts';
import { edgeTime } from './edge-clock.ts';
import { createLastRequestsReader } from './last-requests.ts';
import { createListReader } from './list-reader.ts';

/** The documents that the page has loaded. */
export interface Known {
  /** Absent before the first list. */
  list?: RoutesFile;
  /** When the list was loaded last. */
  loadedAt: Milliseconds;
  /** Why the last attempt failed; empty if it did not. */
  trouble: string;
  lastRequests: LastRequests;
}

export const NOTHING: Known = { loadedAt: 0, trouble: '', lastRequests: new Map() };

export interface Watcher {
  /** Time between two questions. */
  interval: Milliseconds;
  onKnown(known: Known): void;
  /** Receives texts for screen readers. */
  announce(text: string): void;
}

/** Loads the documents of the site for as long as the page is open, but not while it is hidden. */
export async function watch({ interval, onKnown, announce }: Watcher): Promise<never> {
  const [readList, readLastRequests] = [createListReader(), createLastRequestsReader()];
  let known = NOTHING;
  for (;;) {
    known = await loadList(readList, known, announce);
    onKnown(known);
    // Afterwards, so that the first list does not wait for it. Beside a list of names the file may not be read.
    const lastRequests = known.list?.detail === 'names' ? known.lastRequests : await readLastRequests();
    if (lastRequests !== known.lastRequests) {
      known = { ...known, lastRequests };
      onKnown(known);
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
    await becomesVisible();
  }
}

async function loadList(
  read: () => Promise<RoutesFile>,
  known: Known,
  announce: Watcher['announce'],
): Promise<Known> {
  try {
    const list = await read();
    const now = edgeTime();
    if (known.trouble !== '') announce('The list of apps is up to date again.');
    if (known.list && known.list !== list) announce(describeNews(known.list, list, now));
    return { ...known, list, loadedAt: now, trouble: '' };
  } catch (error) {
    if (!(error instanceof ListError)) throw error;
    // A navigation signs in again, usually without a page. Before the first list it would repeat without end.
    if (error.isSignedOut && known.list) location.reload();
    if (known.trouble === '') announce(`Can’t load the list of apps: ${error.message}.`);
    return { ...known, trouble: error.message };
  }
}

async function becomesVisible(): Promise<void> {
  while (document.hidden)
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}

/** Why there is no list, or no newer one; empty if there is one. */
export function describeTrouble(
  { trouble, list, loadedAt }: Known,
  interval: Milliseconds,
  now: Milliseconds,
): string {
  if (trouble === '') return '';
  const last = list ? ` Last updated ${describeSpan(now - loadedAt)} ago.` : '';
  return `Can’t load the list of apps: ${trouble}.${last} Trying again every ${interval / 1000} s.`;
}
