import type { ViewerRequestEvent } from 'cloudfront';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';

/** A text as repeated pieces: `[['/', 1], ['%61', 2700]]`. */
export type Runs = readonly (readonly [text: string, times: number])[];

/** The parts of a request that a viewer can choose, in a form that is short enough to read and to commit. */
export interface Shape {
  method: string;
  /** The Host header. */
  host: Runs;
  path: Runs;
  /** Without its `?`; empty for none. */
  query: Runs;
  /** In this order; a name may occur twice. */
  headers: readonly (readonly [name: string, value: Runs])[];
  cookie: Runs;
}

/** CloudFront's limits for a request (Developer Guide, "Quotas"): bytes of its URL, and of its line and headers together. */
const URL_BYTES = 8_192;
const HEAD_BYTES = 32_768;

export function textOf(runs: Runs): string {
  return runs.map(([text, times]) => text.repeat(times)).join('');
}

/** The event of a shape, cut off at CloudFront's limits. */
export function eventOf(shape: Shape): ViewerRequestEvent {
  const query = textOf(shape.query);
  const host = textOf(shape.host).slice(0, 1_024);
  const target = `/${textOf(shape.path)}${query === '' ? '' : `?${query}`}`.slice(
    0,
    URL_BYTES - host.length - 8,
  );
  let left = HEAD_BYTES - target.length - host.length - 64;
  const rawHeaders = ['host', host];
  for (const [name, value] of [...shape.headers, ['cookie', shape.cookie] as const]) {
    const text = textOf(value).slice(0, Math.max(left, 0));
    left -= name.length + text.length + 4;
    if (text !== '') rawHeaders.push(name, text);
  }
  return viewerEvent({
    method: shape.method,
    target,
    rawHeaders,
    ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
    id: 'Nj0dcyFz8xgkNj0dcyFz8xgkNj0dcyFz8xgkNj0dcyFz8xgkNj0dcyFz==',
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
  });
}
