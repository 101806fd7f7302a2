import { isJsonObject, type JsonObject, parseJson } from '../json.ts';
import { Fault } from '../schema.ts';
import type { Hostname, Milliseconds } from '../wire/brands.ts';
import { hostnameOf } from '../wire/hostname.ts';
import { parseRouterWords } from './router-words.ts';

/**
 * The fields of an access log that a deployment asks for (CloudFront Developer Guide, "Standard logging reference"). None of them
 * identifies a viewer. `viewer-request-log-data` holds the router's own words: key, instance and path of the rule.
 */
export const LOG_FIELDS = [
  'timestamp(ms)',
  'x-host-header',
  'cs-method',
  'cs-uri-stem',
  'cs-protocol',
  'sc-status',
  'sc-bytes',
  'time-to-first-byte',
  'time-taken',
  'c-country',
  'x-edge-result-type',
  'x-edge-request-id',
  'viewer-request-log-data',
] as const;

/** The viewer's address, which is personal data. It is added only if a deployment asks for it. */
export const VIEWER_FIELD = 'c-ip';

/** The members of a line of a log. CloudFront writes every value as text, and `-` for a missing one. */
export type LogLine = Readonly<Record<(typeof LOG_FIELDS)[number], string>>;

/** One request, as far as a report needs it. */
export interface AccessRecord {
  /** End of the answer; of a WebSocket, its closing. */
  time: Milliseconds;
  /** The requested hostname; `''` for a header that is not a name. */
  host: Hostname;
  /** Key of the entry that the router followed. Absent if no instance was chosen: a notice, the portal. */
  app?: Hostname;
  /** The number of a write that the edge did not have yet: the router followed a hint. */
  hinted?: number;
  /** Begin of the request. Absent if the log does not say. */
  startedAt?: Milliseconds;
  /** 0 if the viewer left before an answer. */
  status: number;
  /** Bytes sent to the viewer. */
  bytes: number;
  /** Absent if the log does not say. */
  firstByte?: Milliseconds;
  isWebSocket: boolean;
}

/** Parses a line by the names of its fields. Other fields are ignored. */
export function parseLogLine(line: string): AccessRecord | Fault {
  const json = parseJson(line);
  if (!isJsonObject(json)) return new Fault('', 'an object');
  const time = parseTime(json);
  if (time === undefined) return new Fault('.timestamp(ms)', 'a time');
  const status = numberIn(json, 'sc-status');
  if (status === undefined) return new Fault('.sc-status', 'a number');
  const { app, hinted } = parseRouterWords(decode(textIn(json, 'viewer-request-log-data') ?? '')) ?? {};
  const seconds = numberIn(json, 'time-to-first-byte');
  const taken = numberIn(json, 'time-taken');
  return {
    time,
    host: hostnameOf(decode(textIn(json, 'x-host-header') ?? '')),
    status,
    bytes: numberIn(json, 'sc-bytes') ?? 0,
    isWebSocket: status === 101 || /^wss?$/.test(textIn(json, 'cs-protocol') ?? ''),
    ...(app === undefined ? {} : { app }),
    ...(hinted === undefined ? {} : { hinted }),
    ...(taken === undefined ? {} : { startedAt: time - taken * 1000 }),
    ...(seconds === undefined ? {} : { firstByte: seconds * 1000 }),
  };
}

/** The last moment of the year 9999, the latest that ISO 8601 writes with four digits. */
const LATEST: Milliseconds = 253_402_300_799_999;

/** The milliseconds, or date and time in UTC. */
function parseTime(json: JsonObject): Milliseconds | undefined {
  const given = numberIn(json, 'timestamp(ms)');
  const time = given ?? Date.parse(`${textIn(json, 'date')}T${textIn(json, 'time')}Z`);
  return time >= 0 && time <= LATEST ? Math.floor(time) : undefined;
}

/** CloudFront percent-encodes values. A text that cannot be decoded stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function textIn(json: JsonObject, field: string): string | undefined {
  const value = Object.hasOwn(json, field) ? json[field] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '-' ? value : undefined;
}

/** A number of 0 or more, as text or as a number. */
function numberIn(json: JsonObject, field: string): number | undefined {
  const text = textIn(json, field) ?? '';
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
