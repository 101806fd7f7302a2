import { Fault } from '../../core/schema.ts';
import { dayKey, parseDay, TRAFFIC_FOLDER } from '../../core/traffic/day-file.ts';
import { emptyHour, type Hour, mergeHour } from '../../core/traffic/hour.ts';
import { appsNamed, daysBetween, hoursSince } from '../../core/traffic/report.ts';
import { mergeTraffic, noTraffic, type Traffic } from '../../core/traffic/traffic.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { InputError } from '../input.ts';
import type { ObjectPlace } from '../object-place.ts';

/** The period and the app of a report. */
export interface Wanted {
  since: Milliseconds;
  until: Milliseconds;
  /** A hostname, or the label in front of the base domain. */
  name?: string | undefined;
}

/** The traffic of a period. */
export interface Report {
  since: Milliseconds;
  until: Milliseconds;
  /** The hostname of the one app that was asked for. */
  name: Hostname | undefined;
  sum: Hour;
  /** Traffic of that app by the beginning of each hour, oldest first; empty without a name. */
  byHour: readonly { start: Milliseconds; traffic: Traffic }[];
  /** Sums that this version cannot read. */
  unreadable: readonly { key: string; fault: Fault }[];
}

/**
 * Reads the days of a period, one after another: a large deployment has megabytes of sums for each.
 *
 * @throws InputError for a name that no app or several apps have
 */
export async function readReport(place: ObjectPlace, { since, until, name }: Wanted): Promise<Report> {
  const sum = emptyHour();
  const hours: { start: Milliseconds; apps: ReadonlyMap<Hostname, Traffic> }[] = [];
  const unreadable: { key: string; fault: Fault }[] = [];
  const keys = new Set(await place.listKeys(`${TRAFFIC_FOLDER}/`));
  for (const key of daysBetween(since, until)
    .map(dayKey)
    .filter((each) => keys.has(each))) {
    const day = parseDay(await place.readText(key));
    if (day instanceof Fault) {
      unreadable.push({ key, fault: day });
      continue;
    }
    for (const { start, hour } of hoursSince([day], since)) {
      mergeHour(sum, hour, Number.POSITIVE_INFINITY);
      if (name !== undefined) hours.push({ start, apps: hour.apps });
    }
  }
  const app = name === undefined ? undefined : requireOne(name, sum.apps, place);
  return { since, until, name: app, sum, byHour: ofApp(app, hours), unreadable };
}

function ofApp(
  app: Hostname | undefined,
  hours: readonly { start: Milliseconds; apps: ReadonlyMap<Hostname, Traffic> }[],
) {
  if (app === undefined) return [];
  return hours.map(({ start, apps }) => {
    const traffic = noTraffic();
    const found = apps.get(app);
    if (found !== undefined) mergeTraffic(traffic, found);
    return { start, traffic };
  });
}

/** Names that a message lists at most. */
const SHOWN = 10;

function requireOne(word: string, apps: ReadonlyMap<Hostname, Traffic>, place: ObjectPlace): Hostname {
  const [only, ...others] = appsNamed(apps.keys(), word);
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new InputError(`"${word}" is ambiguous: ${[only, ...others].join(' or ')}; give the full name`);
  const known = [...apps.keys()];
  const names = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  const there = known.length === 0 ? 'it has requests of no app' : `it has requests of ${names.join(', ')}`;
  throw new InputError(
    `no request of "${word}" found in ${place.name} in this period; ${there}. Use --since to look further back`,
  );
}
