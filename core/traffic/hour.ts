import { Fault } from '../schema.ts';
import { parseLogLine } from './access-record.ts';
import { addLag, type Lags, mergeLags } from './lags.ts';
import {
  addRecord,
  mergeTraffic,
  noTraffic,
  type Traffic,
  type TrafficByName,
  trafficOf,
  trafficWithin,
} from './traffic.ts';

/** The traffic of one hour. */
export interface Hour {
  /** Apps by the key of their entry, which is the hostname. */
  apps: TrafficByName;
  /** Requests that no app served, by the requested hostname: notices, the portal, unknown names. */
  unserved: TrafficByName;
  /** Requests of the names that do not fit into the two maps. A viewer chooses hostnames, so their number has a limit. */
  others: Traffic;
  /** How long edges did not have a write. */
  lags: Lags;
  /** Lines that cannot be read. */
  unreadable: number;
}

/** The most apps of an hour. */
const MOST_APPS = 2_000;

/** The most names in `unserved` while one file is read. */
const MOST_COUNTED = 5_000;

/** The most names in `unserved` that are kept, those with the most requests. */
export const MOST_UNSERVED = 50;

/** An hour without requests. */
export function emptyHour(): Hour {
  return { apps: new Map(), unserved: new Map(), others: noTraffic(), lags: new Map(), unreadable: 0 };
}

/** Adds one line of a log. A line that cannot be read is counted. */
export function addLine(hour: Hour, line: string): void {
  if (line.trim() === '') return;
  const record = parseLogLine(line);
  if (record instanceof Fault) {
    hour.unreadable += 1;
    return;
  }
  const { app, host, hinted, startedAt } = record;
  const traffic =
    app === undefined
      ? trafficWithin(hour.unserved, host, MOST_COUNTED)
      : trafficWithin(hour.apps, app, MOST_APPS);
  addRecord(traffic ?? hour.others, record);
  if (hinted !== undefined && startedAt !== undefined) addLag(hour.lags, hinted, startedAt);
}

/**
 * Adds `more` to `hour`, and keeps only the busiest of the names that no app served.
 *
 * @param most apps of the sum; a sum of several hours has more apps than each of them
 */
export function mergeHour(hour: Hour, more: Hour, most = MOST_APPS): void {
  for (const [name, traffic] of more.apps)
    mergeTraffic(trafficWithin(hour.apps, name, most) ?? hour.others, traffic);
  for (const [name, traffic] of more.unserved) mergeTraffic(trafficOf(hour.unserved, name), traffic);
  mergeTraffic(hour.others, more.others);
  mergeLags(hour.lags, more.lags);
  hour.unreadable += more.unreadable;
  const busiest = [...hour.unserved].sort(([, a], [, b]) => countOf(b) - countOf(a));
  for (const [name, traffic] of busiest.slice(MOST_UNSERVED)) {
    hour.unserved.delete(name);
    mergeTraffic(hour.others, traffic);
  }
}

/** Requests and WebSockets. */
export function countOf({ requests, websockets }: Traffic): number {
  return requests + websockets;
}
