import { STATUS_CODES } from 'node:http';

/** A header as Lambda@Edge wants it: the name as it is sent, and the value. */
interface SentHeader {
  key: string;
  value: string;
}

/** An answer that Lambda@Edge makes instead of asking the origin. */
export interface GeneratedAnswer {
  status: string;
  statusDescription: string;
  headers: Readonly<Record<string, readonly SentHeader[]>>;
  body: string;
  bodyEncoding: 'text';
}

/** A generated answer may have 1 MB at origin request, headers and body together (DG, "Quotas on Lambda@Edge"). */
const MOST_BYTES = 1_000_000;

/**
 * Headers that a function may not add (DG, "Restrictions on edge functions"): one of them turns the answer into a 502. An answer
 * of ours has none of them, so a fault of ours shows here and in the tests.
 */
const DISALLOWED =
  /^(?:connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip|content-length|host|transfer-encoding|via|warning)$/;

/**
 * Writes an answer as Lambda@Edge takes it. Only `Set-Cookie` may repeat, and each keeps its own element.
 *
 * @throws RangeError for a header that Lambda@Edge refuses, for 502 and 504, and for an answer that is too large
 */
export async function printAnswer(response: Response): Promise<GeneratedAnswer> {
  const { status } = response;
  // The distribution's error page would replace them, and they would count as faults of an app.
  if (status === 502 || status === 504) throw new RangeError(`the concierge never answers ${status}`);
  const body = await response.text();
  const headers: Record<string, SentHeader[]> = {};
  let bytes = Buffer.byteLength(body);
  for (const [key, value] of response.headers) {
    if (DISALLOWED.test(key)) throw new RangeError(`Lambda@Edge refuses the header ${key}`);
    headers[key] = [...(headers[key] ?? []), { key, value }];
    bytes += key.length + value.length;
  }
  if (bytes > MOST_BYTES)
    throw new RangeError(`the answer has ${bytes} bytes, and Lambda@Edge takes ${MOST_BYTES}`);
  return {
    status: String(status),
    statusDescription: STATUS_CODES[status] ?? '',
    headers,
    body,
    bodyEncoding: 'text',
  };
}
