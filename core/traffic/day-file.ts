import {
  count,
  Fault,
  listOf,
  mapOf,
  objectWith,
  oneOf,
  parseDocument,
  type Schema,
  text,
} from '../schema.ts';
import { emptyHour, type Hour, mergeHour } from './hour.ts';
import { LAST_BUCKET } from './latencies.ts';
import type { LogPlace } from './log-key.ts';
import type { Traffic, TrafficByName } from './traffic.ts';

/** The folder of the days' traffic, in the bucket of the access logs. */
export const TRAFFIC_FOLDER = 'traffic';

/** The key of a day's traffic: `traffic/2026-11-30.json`. */
export function dayKey(day: string): string {
  return `${TRAFFIC_FOLDER}/${day}.json`;
}

/** One hour with the files that it contains. */
export interface CountedHour extends Hour {
  /** Names of the log files, by which a file is counted once. */
  files: Set<string>;
}

/** `traffic/2026-11-30.json`: the traffic of one day in UTC, by hour and app. It holds no address of a viewer. */
export interface DayFile {
  day: string;
  /** By the hour, 0–23. */
  hours: Map<number, CountedHour>;
}

/** A day without requests. */
export function emptyDay(day: string): DayFile {
  return { day, hours: new Map() };
}

/** Whether the day contains a log file. */
export function hasFile({ hours }: DayFile, { hour, file }: LogPlace): boolean {
  return hours.get(hour)?.files.has(file) === true;
}

/** Adds the traffic of one log file. Returns false for a file that the day already contains. */
export function addFile(day: DayFile, place: LogPlace, traffic: Hour): boolean {
  if (hasFile(day, place)) return false;
  const counted = day.hours.get(place.hour) ?? { ...emptyHour(), files: new Set<string>() };
  counted.files.add(place.file);
  mergeHour(counted, traffic);
  day.hours.set(place.hour, counted);
  return true;
}

/** Parses the file, or says where it differs from the output of `printDay`. */
export function parseDay(text: string): DayFile | Fault {
  return parseDocument(text, FILE);
}

/** The file as JSON. Equal days give equal texts, however their files came in. */
export function printDay({ day, hours }: DayFile): string {
  return JSON.stringify({ version: 1, day, hours }, (_name, value: unknown) => {
    if (value instanceof Map) return Object.fromEntries([...value].sort(byName));
    return value instanceof Set ? [...value].sort() : value;
  });
}

function byName([a]: [unknown, unknown], [b]: [unknown, unknown]): number {
  return String(a) < String(b) ? -1 : 1;
}

/** A schema whose values are converted. */
function converted<A, B>(schema: Schema<A>, convert: (value: A) => B): Schema<B> {
  return (json) => {
    const value = schema(json);
    return value instanceof Fault ? value : convert(value);
  };
}

/** An object whose names are the numbers from 0 to `last`. */
function byNumber<T>(schema: Schema<T>, last: number): Schema<Map<number, T>> {
  const isNumber = (name: string) => /^(?:0|[1-9]\d{0,10})$/.test(name) && Number(name) <= last;
  return converted(
    mapOf(schema, isNumber),
    (map) => new Map([...map].map(([name, value]) => [Number(name), value])),
  );
}

const TRAFFIC = objectWith<Traffic>({
  requests: count,
  clientErrors: count,
  serverErrors: count,
  websockets: count,
  bytes: count,
  lastAt: count,
  firstByte: byNumber(count, LAST_BUCKET),
});

const BY_NAME: Schema<TrafficByName> = converted(mapOf(TRAFFIC), (map) => new Map(map));

const HOUR = objectWith<CountedHour>({
  apps: BY_NAME,
  unserved: BY_NAME,
  others: TRAFFIC,
  lags: byNumber(count, Number.MAX_SAFE_INTEGER),
  unreadable: count,
  files: converted(listOf(text), (files) => new Set(files)),
});

const FILE = converted(
  objectWith<DayFile & { version: 1 }>({ version: oneOf(1), day: text, hours: byNumber(HOUR, 23) }),
  ({ day, hours }): DayFile => ({ day, hours }),
);
