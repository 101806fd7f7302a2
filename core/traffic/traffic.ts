import type { Hostname, Milliseconds } from '../wire/brands.ts';
import type { AccessRecord } from './access-record.ts';
import { addLatency, type Latencies, mergeLatencies } from './latencies.ts';

/** The requests of one app, or of one hostname that no app served. WebSockets are counted apart. */
export interface Traffic {
  /** Requests, WebSockets excluded. */
  requests: number;
  /** Those with a status of 400–499. */
  clientErrors: number;
  /** Those with a status of 500 and more. */
  serverErrors: number;
  /** WebSockets that were closed. */
  websockets: number;
  /** Sent to viewers, by WebSockets too. */
  bytes: number;
  /** The last request or closing. */
  lastAt: Milliseconds;
  /** Times to the first byte of the answers, WebSockets excluded. */
  firstByte: Latencies;
}

/** Traffic without a request. */
export function noTraffic(): Traffic {
  return {
    requests: 0,
    clientErrors: 0,
    serverErrors: 0,
    websockets: 0,
    bytes: 0,
    lastAt: 0,
    firstByte: new Map(),
  };
}

/** Adds one request. */
export function addRecord(traffic: Traffic, record: AccessRecord): void {
  const { status, isWebSocket, firstByte } = record;
  traffic.bytes += record.bytes;
  traffic.lastAt = Math.max(traffic.lastAt, record.time);
  if (isWebSocket) {
    traffic.websockets += 1;
    return;
  }
  traffic.requests += 1;
  if (status >= 500) traffic.serverErrors += 1;
  else if (status >= 400) traffic.clientErrors += 1;
  if (firstByte !== undefined) addLatency(traffic.firstByte, firstByte);
}

/** Adds `more` to `traffic`. */
export function mergeTraffic(traffic: Traffic, more: Traffic): void {
  traffic.requests += more.requests;
  traffic.clientErrors += more.clientErrors;
  traffic.serverErrors += more.serverErrors;
  traffic.websockets += more.websockets;
  traffic.bytes += more.bytes;
  traffic.lastAt = Math.max(traffic.lastAt, more.lastAt);
  mergeLatencies(traffic.firstByte, more.firstByte);
}

/** Traffic by hostname. */
export type TrafficByName = Map<Hostname, Traffic>;

/** The traffic of a name, which is added if the map has none. */
export function trafficOf(byName: TrafficByName, name: Hostname): Traffic {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const added = noTraffic();
  byName.set(name, added);
  return added;
}

/** The same, but undefined for a further name if the map has `most` already. */
export function trafficWithin(byName: TrafficByName, name: Hostname, most: number): Traffic | undefined {
  return byName.size < most || byName.has(name) ? trafficOf(byName, name) : undefined;
}
