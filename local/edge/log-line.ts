import type { LogLine } from '../../core/traffic/access-record.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { splitTarget } from './function/edge-event.ts';

/** The facts of one finished request. */
export interface LoggedRequest {
  method: string;
  /** Request target in raw bytes (one Latin-1 character for each byte). */
  target: string;
  /** Host header, as sent. */
  host: string;
  /** 0 if the viewer left before an answer. */
  status: number;
  isWebSocket: boolean;
  /** End of the answer. */
  endedAt: Milliseconds;
  /** Bytes to the viewer. */
  sent: number;
  milliseconds: number;
  /** Milliseconds until the answer began. */
  firstByte: number;
  /** `Miss from cloudfront`; empty without an answer. */
  xCache: string;
  /** The router's own words; empty without any. */
  words: string;
  id: string;
}

/** The members of a line of CloudFront's access log (Developer Guide, "Standard logging reference"). All are texts, and `-` stands for none. */
export function printLogLine(request: LoggedRequest): LogLine {
  const { status, milliseconds, firstByte, xCache } = request;
  return {
    'timestamp(ms)': `${request.endedAt}`,
    'x-host-header': encode(request.host),
    'cs-method': encode(request.method),
    'cs-uri-stem': encode(splitTarget(request.target).path),
    'cs-protocol': request.isWebSocket ? 'ws' : 'http',
    'sc-status': `${status}`.padStart(3, '0'),
    'sc-bytes': `${request.sent}`,
    'time-to-first-byte': (firstByte / 1000).toFixed(3),
    'time-taken': (milliseconds / 1000).toFixed(3),
    'c-country': '-',
    'x-edge-result-type': xCache.split(' ', 1)[0] || 'Error',
    'x-edge-request-id': request.id,
    'viewer-request-log-data': encode(request.words),
  };
}

/** Percent-encodes everything that is not a printable character of ASCII, and the percent sign and the quotation mark. */
function encode(text: string): string {
  if (text === '') return '-';
  const bytes = Buffer.from(text, /[\u0100-\uffff]/.test(text) ? 'utf8' : 'latin1');
  return bytes.toString('latin1').replace(/[^!#$&-~]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, '0')}`;
  });
}
