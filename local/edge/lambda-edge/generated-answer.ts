import { headerNameFault, isFields, shown, valueFault } from '../function/cloudfront-rules.ts';
import type { SentHeader } from './origin-event.ts';

/** An answer that a Lambda@Edge function made at origin request. */
export interface GeneratedAnswer {
  status: number;
  /** Empty for the usual one. */
  statusDescription: string;
  /** In the order of the answer, each value apart. */
  headers: readonly SentHeader[];
  body: Buffer;
}

/** Thrown for a result that CloudFront refuses with 502, LambdaValidationError. */
export class LambdaValidationError extends Error {
  override name = 'LambdaValidationError';
}

/**
 * Bytes of a generated answer, headers included: "1 MB" (Developer Guide, "Quotas on Lambda@Edge"). The guide does not say whether a
 * megabyte has 1,000,000 or 1,048,576 bytes; this is the smaller one.
 */
export const MOST_BYTES = 1_000_000;

/**
 * Headers that a function can read but not add at origin request (Developer Guide, "Restrictions on edge functions": read-only
 * headers).
 */
const READ_ONLY: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-length',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'transfer-encoding',
  'via',
]);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Parses the result of a function at origin request as CloudFront checks it (Developer Guide, "Generate HTTP responses in request
 * triggers"). Stricter than the guide where it is silent: `status` is text, and a `key` is the name of its header.
 *
 * @param result as the function returned it; Lambda sends it as JSON
 * @throws LambdaValidationError
 */
export function parseGenerated(result: unknown): GeneratedAnswer {
  const text = JSON.stringify(result) as string | undefined;
  const answer: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isFields(answer)) throw refused(`the function returned ${shown(answer)}; expected an answer`);
  const { status, statusDescription, headers = {}, body = '', bodyEncoding = 'text' } = answer;
  if (status === undefined && answer['uri'] !== undefined)
    throw refused(
      'the function returned the request, which CloudFront would send to the bucket; this function has to answer',
    );
  if (typeof status !== 'string' || !/^[2-5]\d\d$/.test(status))
    throw refused(`status is ${shown(status)}; expected a text from 200 to 599`);
  if (!isFields(headers)) throw refused(`headers is ${shown(headers)}; expected an object`);
  const sent = Object.entries(headers).flatMap(([name, values]) => parseHeader(name, values));
  const { data, bytes } = parseBody(body, bodyEncoding);
  const all = sent.reduce((sum, { key, value }) => sum + key.length + Buffer.byteLength(value), bytes);
  if (all > MOST_BYTES) throw refused(`the answer has ${all} bytes, and CloudFront takes ${MOST_BYTES}`);
  return {
    status: Number(status),
    statusDescription:
      statusDescription === undefined ? '' : parseText('statusDescription', statusDescription),
    headers: sent,
    body: data,
  };
}

function parseHeader(name: string, values: unknown): SentHeader[] {
  const fault = headerNameFault('headers', name);
  if (fault !== undefined) throw refused(fault);
  if (name.startsWith('x-amzn-')) throw refused(`headers["${name}"]: functions may not set this header`);
  if (READ_ONLY.has(name)) throw refused(`headers["${name}"] is read-only at origin request`);
  if (!Array.isArray(values) || values.length === 0)
    throw refused(`headers["${name}"] is ${shown(values)}; expected a list of { key, value }`);
  return values.map((each: unknown) => {
    if (!isFields(each))
      throw refused(`headers["${name}"] has the element ${shown(each)}; expected { key, value }`);
    const { key = name, value } = each;
    if (typeof key !== 'string' || key.toLowerCase() !== name)
      throw refused(`headers["${name}"] has the key ${shown(key)}; expected the same name`);
    return { key, value: parseText(`headers["${name}"]`, value) };
  });
}

function parseBody(body: unknown, encoding: unknown): { data: Buffer; bytes: number } {
  if (typeof body !== 'string') throw refused(`body is ${shown(body)}; expected a text`);
  if (encoding !== 'text' && encoding !== 'base64')
    throw refused(`bodyEncoding is ${shown(encoding)}; expected text or base64`);
  if (encoding === 'base64' && !BASE64.test(body)) throw refused('body is not base64');
  const data = Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8');
  return { data, bytes: Buffer.byteLength(body) };
}

function parseText(field: string, value: unknown): string {
  const fault = valueFault(field, value);
  if (fault !== undefined || typeof value !== 'string') throw refused(fault ?? `${field} is not a text`);
  return value;
}

function refused(message: string): LambdaValidationError {
  return new LambdaValidationError(message);
}
