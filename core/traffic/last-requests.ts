import { anyText, Fault, instant, mapOf, objectWith, oneOf, parseDocument } from '../schema.ts';
import type { Hostname, Milliseconds } from '../wire/brands.ts';
import type { TrafficByName } from './traffic.ts';

/**
 * `_proxy/last-requests.json`: when each app last served a request, for the portal. It holds hostnames and times only, so the
 * readers of the list of routes may read it, too.
 */
export type LastRequests = ReadonlyMap<Hostname, Milliseconds>;

/** The name of the file, below `_proxy/`. */
export const LAST_REQUESTS = 'last-requests.json';

/** Apps without a request for this long are left out, so that names that are gone do not stay. */
const KEPT: Milliseconds = 30 * 86_400_000;

/** The most apps in the file, those with the latest requests. */
const MOST = 5_000;

/** A later request of a known app is news after this time. Otherwise each log would write the file. */
const STEP: Milliseconds = 5 * 60_000;

/** The later time of each app, without those of long ago. Returns `before` itself if nothing is news. */
export function addLastRequests(before: LastRequests, apps: TrafficByName): LastRequests {
  const news = [...apps].filter(([app, { lastAt }]) => lastAt > (before.get(app) ?? 0));
  if (!news.some(([app, { lastAt }]) => lastAt >= (before.get(app) ?? 0) + STEP)) return before;
  const all = new Map(before);
  for (const [app, { lastAt }] of news) all.set(app, lastAt);
  const latest = [...all].sort(([, a], [, b]) => b - a).slice(0, MOST);
  const end = (latest[0]?.[1] ?? 0) - KEPT;
  return new Map(latest.filter(([, time]) => time >= end));
}

const FILE = objectWith<{ version: 1; deployment: string; lastRequests: ReadonlyMap<string, string> }>({
  version: oneOf(1),
  deployment: anyText,
  lastRequests: mapOf(instant),
});

/** Parses the file, or says where it differs from the output of `printLastRequests`. */
export function parseLastRequests(text: string): LastRequests | Fault {
  const file = parseDocument(text, FILE);
  if (file instanceof Fault) return file;
  return new Map([...file.lastRequests].map(([app, time]) => [app, Date.parse(time)]));
}

/** The file as JSON, sorted by name. */
export function printLastRequests(deployment: string, times: LastRequests): string {
  const lines = [...times].map(([app, time]) => [app, new Date(time).toISOString()] as const);
  const lastRequests = Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ version: 1, deployment, lastRequests });
}
