import { type AppHours, sumOf, type TrafficFile } from '../../core/traffic/traffic-file.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';

const HOUR_MS: Milliseconds = 3_600_000;

/** Requests of an app in one hour. */
export interface HourWords {
  /** The beginning of the hour. */
  start: Milliseconds;
  requests: number;
  clientErrors: number;
  serverErrors: number;
}

/** The requests and errors of an app, for a chart and in words. */
export interface AppTraffic {
  /** The oldest first. */
  hours: HourWords[];
  /** `1,204 requests in 24 hours, of which 3 (0.2 %) failed.` */
  summary: string;
  /** True if the file has no newer hour than the one before the present one. Access logs come late. */
  isLate: boolean;
}

/** The traffic of an app in the last hours of the file. */
export function describeTraffic(
  file: TrafficFile,
  hostname: Hostname,
  count: number,
  now: Milliseconds,
): AppTraffic {
  const app = file.apps.get(hostname);
  const first = file.logs.length - count;
  const hours = file.logs.slice(first).map((_, at) => hourAt(app, first + at, file.since));
  const last = file.logs.findLastIndex((logs) => logs > 0);
  return {
    hours,
    summary: summarize(hours),
    isLate: file.since + (last + 2) * HOUR_MS < now,
  };
}

function hourAt(app: AppHours | undefined, place: number, since: Milliseconds): HourWords {
  return {
    start: since + place * HOUR_MS,
    requests: app?.requests[place] ?? 0,
    clientErrors: app?.clientErrors[place] ?? 0,
    serverErrors: app?.serverErrors[place] ?? 0,
  };
}

function summarize(hours: readonly HourWords[]): string {
  const requests = sumOf(hours.map((hour) => hour.requests));
  const errors = sumOf(hours.map((hour) => hour.serverErrors));
  const refused = sumOf(hours.map((hour) => hour.clientErrors));
  if (requests === 0) return `No request in ${hours.length} hours.`;
  const failed =
    errors === 0
      ? 'no error of the app'
      : `${print(errors)} (${share(errors, requests)}) with a status of 500 and more`;
  const client = refused === 0 ? '' : `, ${print(refused)} with a status of 400–499`;
  return `${print(requests)} ${requests === 1 ? 'request' : 'requests'} in ${hours.length} hours: ${failed}${client}.`;
}

const print = (count: number) => count.toLocaleString('en');

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
