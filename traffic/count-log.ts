import { Fault } from '../core/schema.ts';
import {
  addFile,
  type DayFile,
  dayKey,
  emptyDay,
  hasFile,
  parseDay,
  printDay,
} from '../core/traffic/day-file.ts';
import { addLine, emptyHour, type Hour } from '../core/traffic/hour.ts';
import {
  addLastRequests,
  LAST_REQUESTS,
  parseLastRequests,
  printLastRequests,
} from '../core/traffic/last-requests.ts';
import { parseLogKey } from '../core/traffic/log-key.ts';
import { hoursOf, startOf, type TimedHour } from '../core/traffic/report.ts';
import { addHours, parseTraffic, printTraffic, TRAFFIC_FILE } from '../core/traffic/traffic-file.ts';
import { isDamagedGzip } from '../updater/adapters/gzip.ts';
import type { Documents, TrafficParts } from './ports.ts';

/** The keys of our documents in the site bucket. */
const LAST_REQUESTS_KEY = `_proxy/${LAST_REQUESTS}`;
const TRAFFIC_KEY = `_proxy/${TRAFFIC_FILE}`;

/**
 * Counts one log in the file of its day, once, however often its event comes. The documents of the site may be written repeatedly,
 * so a failure of any step repeats them all.
 */
export async function countLog(key: string, parts: TrafficParts): Promise<void> {
  const place = parseLogKey(key);
  if (place === undefined) return parts.warn(`${key} is not the key of an access log, so it is not counted`);
  const hour = await readLog(key, parts);
  if (hour === undefined) return parts.warn(`${key} is not there any more, so it is not counted`);
  await publishLastRequests(hour, parts);
  const recounted = emptyDay(place.day);
  let counted = recounted;
  await update(parts.days, dayKey(place.day), parts, async (body) => {
    const day = body === undefined ? emptyDay(place.day) : parseDay(body);
    if (day instanceof Fault) {
      parts.warn(`${dayKey(place.day)} cannot be read (${day}), so the day is counted again from its logs`);
      await addMissingLogs(recounted, parts);
      counted = recounted;
      return printDay(recounted);
    }
    counted = day;
    return addFile(day, place, hour) ? printDay(day) : undefined;
  });
  await publishTraffic(
    hoursOf(counted).filter(({ start }) => start === startOf(place.day, place.hour)),
    parts,
  );
}

/** Counts all logs of a day again, for example after a failure of this function. */
export async function recountDay(day: string, parts: TrafficParts): Promise<void> {
  // Kept over all attempts: logs that arrive meanwhile are added, and no log is read twice.
  const sum = emptyDay(day);
  await update(parts.days, dayKey(day), parts, async () => {
    await addMissingLogs(sum, parts);
    for (const hour of sum.hours.values()) await publishLastRequests(hour, parts);
    return printDay(sum);
  });
  await publishTraffic(hoursOf(sum), parts);
}

/** Adds the logs of a day that its sum does not contain. One after another, because the memory is small and it happens rarely. */
async function addMissingLogs(sum: DayFile, parts: TrafficParts): Promise<void> {
  for await (const key of parts.logs.keys()) {
    const place = parseLogKey(key);
    if (place?.day !== sum.day || hasFile(sum, place)) continue;
    const hour = await readLog(key, parts);
    if (hour !== undefined) addFile(sum, place, hour);
  }
}

/** Undefined for a log that is no longer there. Text that cannot be unpacked counts as one line that cannot be read. */
async function readLog(key: string, { logs, warn }: TrafficParts): Promise<Hour | undefined> {
  const chunks = await logs.open(key);
  if (chunks === undefined) return undefined;
  const hour = emptyHour();
  try {
    for await (const line of linesOf(chunks)) addLine(hour, line);
  } catch (error) {
    if (!isDamagedGzip(error)) throw error;
    hour.unreadable += 1;
  }
  if (hour.unreadable > 0) warn(`unreadable lines in ${key}: ${hour.unreadable}`);
  return hour;
}

/** Characters of a line. CloudFront refuses longer requests, and a search for the end of an endless line would never end. */
const LONGEST_LINE = 1_000_000;

/** The lines of a text that comes in parts. A line that is too long is cut. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length < LONGEST_LINE) continue;
    yield rest;
    rest = '';
  }
  yield rest;
}

async function publishLastRequests({ apps }: Hour, parts: TrafficParts): Promise<void> {
  await update(parts.site, LAST_REQUESTS_KEY, parts, async (body) => {
    const known = body === undefined ? new Map() : parseLastRequests(body);
    // Later logs fill a new file, and the portal only shows times that it has.
    if (known instanceof Fault) parts.warn(`${LAST_REQUESTS_KEY} cannot be read (${known}); it is replaced`);
    const before = known instanceof Fault ? new Map() : known;
    const after = addLastRequests(before, apps);
    return after === before ? undefined : printLastRequests(parts.deployment, after);
  });
}

async function publishTraffic(hours: readonly TimedHour[], parts: TrafficParts): Promise<void> {
  await update(parts.site, TRAFFIC_KEY, parts, async (body) => {
    const known = body === undefined ? undefined : parseTraffic(body);
    if (known instanceof Fault) parts.warn(`${TRAFFIC_FILE} cannot be read (${known}); it is replaced`);
    const before = known instanceof Fault ? undefined : known;
    const after = addHours(before, hours);
    return after === undefined || after === before ? undefined : printTraffic(parts.deployment, after);
  });
}

/** Attempts to write a document that others write too. Each round one of the writers succeeds. */
const TRIES = 20;

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 3_000;

/** Thrown when other writers were faster each time. Lambda runs the function again. */
export class BusyDocumentError extends Error {
  override name = 'BusyDocumentError';
}

/** Changes a document. `change` gets its text and returns the new one, or undefined to leave it as it is. */
async function update(
  documents: Documents,
  key: string,
  { sleep, random }: TrafficParts,
  change: (body: string | undefined) => Promise<string | undefined>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const found = await documents.load(key);
    const body = await change(found?.body);
    if (body === undefined || (await documents.save(key, body, found?.version))) return;
    if (tries === TRIES)
      throw new BusyDocumentError(`${key} was changed by others during each of ${TRIES} attempts`);
    await sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
  }
}
