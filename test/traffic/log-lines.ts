import type { LogLine } from '../../core/traffic/access-record.ts';

const LINE: LogLine = {
  'timestamp(ms)': '1796015400250',
  'x-host-header': 'shop.dev.example.com',
  'cs-method': 'GET',
  'cs-uri-stem': '/cart',
  'cs-protocol': 'https',
  'sc-status': '200',
  'sc-bytes': '1000',
  'time-to-first-byte': '0.020',
  'time-taken': '0.021',
  'c-country': 'DE',
  'x-edge-result-type': 'Miss',
  'x-edge-request-id': 'gq6qEMK_nqhjDM4mXDZWGgoh_xxOClMJIwlGbGJt9TmZSIjOJmxLWg==',
  'viewer-request-log-data': 'shop.dev.example.com i-0123456789abcdef0 /',
};

/** A line of an access log, of a request to `shop` at 05:10 UTC on 30 November 2026. */
export function logLine(changes: Partial<LogLine> = {}): string {
  return JSON.stringify({ ...LINE, ...changes });
}

/** A line of a request that an app served. */
export function servedLine(app: string, changes: Partial<LogLine> = {}): string {
  const words = `${app} i-0123456789abcdef0 /`;
  return logLine({ 'x-host-header': app, 'viewer-request-log-data': words, ...changes });
}

/** A line of a request that no app served. */
export function unservedLine(host: string, changes: Partial<LogLine> = {}): string {
  return logLine({ 'x-host-header': host, 'viewer-request-log-data': '-', 'sc-status': '404', ...changes });
}
