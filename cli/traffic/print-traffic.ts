import { countOf } from '../../core/traffic/hour.ts';
import { percentile } from '../../core/traffic/latencies.ts';
import { hourOf } from '../../core/traffic/report.ts';
import { mergeTraffic, noTraffic, type Traffic, type TrafficByName } from '../../core/traffic/traffic.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Terminal } from '../command.ts';
import type { Report } from './read-traffic.ts';

/** Hostnames without an app that are printed at most. */
const MOST_UNSERVED = 5;

/** Prints a line for each app, the busiest first, then the requests that no app served. */
export function printByApp(report: Report, { out }: Terminal): void {
  const { sum, until } = report;
  out(`since ${printHour(report.since)} UTC`);
  const total = totalOf(sum.apps);
  if (countOf(total) + countOf(sum.others) + sum.unserved.size === 0) {
    out('no requests; CloudFront delivers logs some minutes after a request, now and then hours later');
    return;
  }
  out(headLine('app'));
  for (const [name, traffic] of busiestFirst(sum.apps))
    for (const line of rowOf(name, traffic, until)) out(line);
  if (sum.apps.size > 1) for (const line of rowOf('all apps', total, until)) out(line);
  const unserved = busiestFirst(sum.unserved);
  const rest = noTraffic();
  for (const [, traffic] of unserved.slice(MOST_UNSERVED)) mergeTraffic(rest, traffic);
  mergeTraffic(rest, sum.others);
  if (unserved.length > 0) out('answered by the proxy itself: notices, the portal, unknown names');
  for (const [name, traffic] of unserved.slice(0, MOST_UNSERVED))
    for (const line of rowOf(name === '' ? '(not a hostname)' : name, traffic, until)) out(line);
  if (countOf(rest) > 0) for (const line of rowOf('other names', rest, until)) out(line);
  printUnreadable(report, out);
}

/** Prints a line for each hour of one app. */
export function printByHour(report: Report, { out }: Terminal): void {
  const { name = '', byHour, until, sum } = report;
  out(name);
  out(headLine('hour (UTC)'));
  for (const { start, traffic } of byHour)
    for (const line of rowOf(printHour(start), traffic, until)) out(line);
  for (const line of rowOf('all hours', sum.apps.get(name) ?? noTraffic(), until)) out(line);
  printUnreadable(report, out);
}

/** Prints the report as one JSON document. */
export function printJson({ since, until, name, sum, byHour }: Report, { out }: Terminal): void {
  const period = { since: new Date(hourOf(since)).toISOString(), until: new Date(until).toISOString() };
  const { others, unreadable: unreadableLines } = sum;
  const report =
    name === undefined
      ? {
          apps: busiestFirst(sum.apps).map(([hostname, traffic]) => ({ hostname, ...figuresOf(traffic) })),
          unserved: busiestFirst(sum.unserved).map(([hostname, traffic]) => ({
            hostname,
            ...figuresOf(traffic),
          })),
          others: figuresOf(others),
        }
      : {
          hostname: name,
          ...figuresOf(sum.apps.get(name) ?? noTraffic()),
          hours: byHour.map(({ start, traffic }) => ({
            start: new Date(start).toISOString(),
            ...figuresOf(traffic),
          })),
        };
  out(JSON.stringify({ ...period, ...report, unreadableLines }, null, 2));
}

function figuresOf({ requests, clientErrors, serverErrors, websockets, bytes, lastAt, firstByte }: Traffic) {
  const rounded = (time: Milliseconds | undefined) => (time === undefined ? null : Math.round(time));
  return {
    ...{ requests, clientErrors, serverErrors, websockets, bytes },
    firstByteMs: { p50: rounded(percentile(firstByte, 0.5)), p95: rounded(percentile(firstByte, 0.95)) },
    lastRequestAt: lastAt === 0 ? null : new Date(lastAt).toISOString(),
  };
}

function printUnreadable({ sum }: Report, out: Terminal['out']): void {
  if (sum.unreadable > 0) out(`! unreadable lines of the logs, which are not counted: ${sum.unreadable}`);
}

function busiestFirst(byName: TrafficByName): [string, Traffic][] {
  return [...byName].sort(([nameA, a], [nameB, b]) => countOf(b) - countOf(a) || (nameA < nameB ? -1 : 1));
}

function totalOf(byName: TrafficByName): Traffic {
  const total = noTraffic();
  for (const traffic of byName.values()) mergeTraffic(total, traffic);
  return total;
}

/** Columns of at most 80 characters together. */
const NAME_WIDTH = 24;
const WIDTHS = [8, 7, 7, 7, 7, 8, 7, 5];

function headLine(first: string): string {
  const titles = ['requests', '4xx', '5xx', 'p50', 'p95', 'bytes', 'ws', 'ago'];
  return first.padEnd(NAME_WIDTH) + titles.map((title, at) => title.padStart(WIDTHS[at] ?? 0)).join('');
}

/** A name that is too long has a line of its own. */
function rowOf(name: string, traffic: Traffic, now: Milliseconds): string[] {
  const { requests, clientErrors, serverErrors, websockets, bytes, lastAt, firstByte } = traffic;
  const cells = [
    printCount(requests),
    printCount(clientErrors),
    printCount(serverErrors),
    printTime(percentile(firstByte, 0.5)),
    printTime(percentile(firstByte, 0.95)),
    printBytes(bytes),
    printCount(websockets),
    lastAt === 0 ? '–' : printAge(now - lastAt),
  ];
  const figures = cells.map((cell, at) => cell.padStart(WIDTHS[at] ?? 0)).join('');
  return name.length < NAME_WIDTH
    ? [name.padEnd(NAME_WIDTH) + figures]
    : [name, ' '.repeat(NAME_WIDTH) + figures];
}

/** `2026-11-30 05:00`. */
function printHour(time: Milliseconds): string {
  return new Date(hourOf(time)).toISOString().slice(0, 16).replace('T', ' ');
}

/** At most six characters: `12,345`, `123k`, `12.3M`. */
function printCount(count: number): string {
  if (count < 100_000) return count.toLocaleString('en-US');
  return count < 1e6 ? `${Math.floor(count / 1e3)}k` : `${(count / 1e6).toFixed(count < 1e8 ? 1 : 0)}M`;
}

/** At most six characters: `850ms`, `12.5s`. */
function printTime(time: Milliseconds | undefined): string {
  if (time === undefined) return '–';
  return time < 999.5 ? `${Math.round(time)}ms` : `${(time / 1000).toFixed(1)}s`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** At most seven characters: `12 B`, `3.4 MB`. */
function printBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 99.95 ? 0 : 1)} ${BYTE_UNITS[power]}`;
}

/** At most five characters: `45s`, `12m`, `3h`, `29d`. */
function printAge(age: Milliseconds): string {
  const seconds = Math.max(0, Math.floor(age / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
