import {
  anyText,
  count,
  Fault,
  instant,
  listOf,
  mapOf,
  objectWith,
  oneOf,
  optional,
  parseDocument,
} from '../schema.ts';
import { toMilliseconds, toSeconds } from '../time.ts';
import type { Hostname, Milliseconds } from '../wire/brands.ts';
import type { CountedHour } from './day-file.ts';
import { type Lags, mergeLags } from './lags.ts';
import type { TimedHour } from './report.ts';
import type { Traffic } from './traffic.ts';

/** The name of the file, below `_proxy/`. */
export const TRAFFIC_FILE = 'traffic.json';

/** Hours in the file. */
export const HOURS = 48;

/** The most apps in the file, those with the most requests. Its gzipped text then has less than 250 KB. */
const MOST = 1_000;

const HOUR_MS: Milliseconds = 3_600_000;

/** Requests of one app; each list has a number for each hour, the oldest first. WebSockets are not among them. */
export interface AppHours {
  requests: readonly number[];
  /** Those with a status of 400–499. */
  clientErrors: readonly number[];
  /** Those with a status of 500 and more. */
  serverErrors: readonly number[];
}

/** `_proxy/traffic.json`: requests and errors of the apps in the last 48 hours, for the portal. */
export interface TrafficFile {
  /** The beginning of the first hour. */
  since: Milliseconds;
  /** The number of access logs that each hour contains. Of two sums of an hour, the one with more logs is newer. */
  logs: readonly number[];
  apps: ReadonlyMap<Hostname, AppHours>;
  /** How long edges did not have a write. */
  lags: Readonly<Lags>;
}

/** Puts sums of hours into the file. Returns `before` itself if they are older than its hours, or if it has them already. */
export function addHours(
  before: TrafficFile | undefined,
  hours: readonly TimedHour[],
): TrafficFile | undefined {
  let file = before;
  for (const { start, hour } of hours) file = addHour(file ?? emptyFile(start), start, hour);
  return file === undefined || file === before ? before : tidy(file);
}

function emptyFile(last: Milliseconds): TrafficFile {
  return { since: last - (HOURS - 1) * HOUR_MS, logs: noHours(), apps: new Map(), lags: new Map() };
}

function addHour(before: TrafficFile, start: Milliseconds, hour: CountedHour): TrafficFile {
  const file = moveTo(before, start);
  const place = (start - file.since) / HOUR_MS;
  if (place < 0 || (file.logs[place] ?? 0) >= hour.files.size) return before;
  const apps = new Map(file.apps);
  for (const name of new Set([...apps.keys(), ...hour.apps.keys()])) {
    const known = apps.get(name) ?? NO_REQUESTS;
    apps.set(name, withHour(known, place, hour.apps.get(name)));
  }
  const lags = new Map(file.lags);
  mergeLags(lags, hour.lags);
  return { since: file.since, logs: file.logs.with(place, hour.files.size), apps, lags };
}

function withHour(known: AppHours, place: number, traffic: Traffic | undefined): AppHours {
  return mapHours(known, (list, key) => list.with(place, traffic?.[key] ?? 0));
}

/** The file with room for an hour: earlier hours go. */
function moveTo(file: TrafficFile, start: Milliseconds): TrafficFile {
  const by = (start - file.since) / HOUR_MS - (HOURS - 1);
  if (by <= 0) return file;
  const move = (list: readonly number[]) => [...list, ...noHours()].slice(by).slice(0, HOURS);
  const moved = by >= HOURS ? noHours : move;
  const apps = new Map([...file.apps].map(([name, hours]) => [name, mapHours(hours, moved)]));
  return { ...file, since: file.since + by * HOUR_MS, logs: moved(file.logs), apps };
}

/** Without apps that have no request and without older writes, and with the busiest apps only. */
function tidy(file: TrafficFile): TrafficFile {
  const busiest = [...file.apps]
    .map(([name, hours]) => ({ name, hours, requests: sumOf(hours.requests) }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests)
    .slice(0, MOST);
  return {
    ...file,
    apps: new Map(busiest.map(({ name, hours }) => [name, hours])),
    lags: new Map([...file.lags].filter(([sequence]) => toMilliseconds(sequence) >= file.since)),
  };
}

/** The sum of all hours. */
export function sumOf(list: readonly number[]): number {
  return list.reduce((sum, each) => sum + each, 0);
}

function noHours(): number[] {
  return Array.from({ length: HOURS }, () => 0);
}

const NO_REQUESTS: AppHours = { requests: noHours(), clientErrors: noHours(), serverErrors: noHours() };

function mapHours(
  { requests, clientErrors, serverErrors }: AppHours,
  change: (list: readonly number[], key: keyof AppHours) => readonly number[],
): AppHours {
  return {
    requests: change(requests, 'requests'),
    clientErrors: change(clientErrors, 'clientErrors'),
    serverErrors: change(serverErrors, 'serverErrors'),
  };
}

function toInstant(time: Milliseconds): string {
  return new Date(time).toISOString();
}

/** One number for each hour. */
const NUMBERS = (json: unknown): number[] | Fault => {
  const list = listOf(count)(json);
  return list instanceof Fault || list.length === HOURS ? list : new Fault('', `a list of ${HOURS} numbers`);
};

const FILE = objectWith({
  version: oneOf(1),
  deployment: anyText,
  since: instant,
  logs: NUMBERS,
  lags: listOf(objectWith({ at: instant, milliseconds: count })),
  apps: mapOf(
    objectWith<{ requests: number[]; clientErrors?: number[]; serverErrors?: number[] }>({
      requests: NUMBERS,
      clientErrors: optional(NUMBERS),
      serverErrors: optional(NUMBERS),
    }),
  ),
});

/** Parses the file, or says where it differs from the output of `printTraffic`. */
export function parseTraffic(text: string): TrafficFile | Fault {
  const file = parseDocument(text, FILE);
  if (file instanceof Fault) return file;
  const apps = new Map([...file.apps].map(([name, hours]) => [name, { ...NO_REQUESTS, ...hours }]));
  const lags = new Map(file.lags.map(({ at, milliseconds }) => [toSeconds(Date.parse(at)), milliseconds]));
  return { since: Date.parse(file.since), logs: file.logs, apps, lags };
}

/** The file as JSON, sorted by name and time. Lists of zeros are left out. */
export function printTraffic(deployment: string, { since, logs, apps, lags }: TrafficFile): string {
  const sorted = [...apps].sort(([a], [b]) => (a < b ? -1 : 1));
  const listed = sorted.map(([name, { requests, clientErrors, serverErrors }]) => {
    const errors = Object.entries({ clientErrors, serverErrors }).filter(([, list]) => sumOf(list) > 0);
    return [name, { requests, ...Object.fromEntries(errors) }] as const;
  });
  const late = [...lags]
    .sort(([a], [b]) => a - b)
    .map(([sequence, milliseconds]) => ({ at: toInstant(toMilliseconds(sequence)), milliseconds }));
  const head = { version: 1, deployment, since: toInstant(since), logs, lags: late };
  return JSON.stringify({ ...head, apps: Object.fromEntries(listed) });
}
