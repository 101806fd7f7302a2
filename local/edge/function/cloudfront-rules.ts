import type { EdgeRequest, OriginResponse } from 'cloudfront';
import { isDisallowed } from './header-rules.ts';

/**
 * CloudFront's checks of the request or response that a function returns. A fault is a 502 FunctionValidationError.
 * Source: Developer Guide, "Restrictions on edge functions" and "CloudFront Functions event structure". Undocumented rules are
 * marked.
 */

/** Characters of path and query string together (DG: fewer than 8,192). */
const URI_LENGTH = 8_192;

/** Bytes of a generated body. AWS does not document the limit; this one leaves room for a function of 10 KB that reads 1 KB values. */
export const GENERATED_BODY_BYTES = 8_192;

/** Request headers that a function can read but not add, change or delete (DG). */
const READ_ONLY = ['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'] as const;

/** Response headers that a viewer-response function can read but not add, change or delete (DG). */
const READ_ONLY_AFTERWARDS = ['via', 'warning'] as const;

/** Headers that CloudFront sets for generated responses (not documented). */
const FRAMING: readonly string[] = ['content-length', 'transfer-encoding', 'via'];

/** A header name: RFC 9110 §5.6.2 token in lower case. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
/** A cookie name (RFC 6265 §4.1.1). */
const COOKIE_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** RFC 9110 §5.5 field value: no control characters except the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
/** Characters that a path or a query string must not contain (DG). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters
const NOT_IN_URI = /[\x00-\x20\x7f#]/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

type Fields = Record<string, unknown>;

/** True for an object with named fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Quotes a value for a message and shortens a long one. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The fault of a header's value, or `undefined`. */
export function valueFault(field: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return `${field} is ${shown(value)}; expected a string`;
  return CONTROL.test(value) ? `${field} is ${shown(value)}; it contains a control character` : undefined;
}

/** The fault of a header's name, or `undefined`. */
export function headerNameFault(field: string, name: string): string | undefined {
  if (!HEADER_NAME.test(name)) return `${field}[${shown(name)}]: a header name is a token in lower case`;
  return isDisallowed(name) ? `${field}["${name}"]: functions may not set this header` : undefined;
}

/** The first fault among the named fields of an object. */
function firstFault(
  fields: Fields,
  faultOf: (name: string, value: unknown) => string | undefined,
): string | undefined {
  for (const name of Object.keys(fields)) {
    const fault = faultOf(name, fields[name]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The values of a `{ value, multiValue }`, which an event uses for a repeated name. */
function listValues(multi: unknown): unknown[] {
  if (!isFields(multi)) return [multi];
  const list = multi['multiValue'];
  return Array.isArray(list) ? list.map((one) => (isFields(one) ? one['value'] : one)) : [multi['value']];
}

function isSameMulti(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return listValues(one).join('\n') === listValues(other).join('\n');
}

/** Checks only the headers that the function changed. Others are passed on as the viewer sent them. */
function requestHeadersFault(headers: Fields, original: Fields): string | undefined {
  const changed = READ_ONLY.find((name) => !isSameMulti(headers[name], original[name]));
  if (changed !== undefined) {
    return `request.headers["${changed}"] is ${shown(headers[changed])}; it is read-only at viewer request`;
  }
  return firstFault(headers, (name, multi) => {
    if (isSameMulti(multi, original[name])) return undefined;
    // Not documented: an event has separate cookies, so a header would be a second list.
    if (name === 'cookie') return 'request.headers["cookie"]: cookies belong in request.cookies';
    const field = `request.headers["${name}"]`;
    return headerNameFault('request.headers', name) ?? faultInValues(field, multi);
  });
}

function faultInValues(field: string, multi: unknown): string | undefined {
  for (const value of listValues(multi)) {
    const fault = valueFault(`${field}.value`, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function requestCookiesFault(cookies: Fields, original: Fields): string | undefined {
  return firstFault(cookies, (name, multi) => {
    if (isSameMulti(multi, original[name])) return undefined;
    const field = `request.cookies["${name}"]`;
    return COOKIE_NAME.test(name) ? faultInValues(field, multi) : `${field}: a cookie's name is a token`;
  });
}

/** The query string as it will be sent, or its fault. */
function queryText(querystring: unknown): { text: string } | { fault: string } {
  if (typeof querystring === 'string') return { text: querystring };
  if (!isFields(querystring)) return { fault: `request.querystring is ${shown(querystring)}` };
  const pairs = Object.keys(querystring).flatMap((name) =>
    listValues(querystring[name]).map((value) => `${name}=${String(value)}`),
  );
  return { text: pairs.join('&') };
}

function uriFault(uri: unknown, querystring: unknown, original: EdgeRequest): string | undefined {
  if (typeof uri !== 'string') return `request.uri is ${shown(uri)}; expected a string`;
  const isChanged = uri !== original.uri;
  if (isChanged && !uri.startsWith('/')) return `request.uri is ${shown(uri)}; it must start with "/"`;
  if (isChanged && NOT_IN_URI.test(uri))
    return `request.uri is ${shown(uri)}; it contains a space, # or control character`;
  const query = queryText(querystring);
  if ('fault' in query) return query.fault;
  if (NOT_IN_URI.test(query.text))
    return `request.querystring is ${shown(query.text)}; it contains a space, # or control character`;
  const length = uri.length + query.text.length;
  return length < URI_LENGTH
    ? undefined
    : `request.uri and querystring have ${length} characters; expected fewer than ${URI_LENGTH}`;
}

/** Why CloudFront refuses the request that a function returns. Undefined if it accepts it. */
export function requestFault(returned: Fields, original: EdgeRequest): string | undefined {
  const { method, uri, querystring, headers, cookies } = returned;
  if (method !== original.method)
    return `request.method is ${shown(method)}; it is read-only, ${original.method}`;
  if (!isFields(headers)) return `request.headers is ${shown(headers)}; expected an object`;
  if (!isFields(cookies)) return `request.cookies is ${shown(cookies)}; expected an object`;
  return (
    uriFault(uri, querystring, original) ??
    requestHeadersFault(headers, original.headers) ??
    requestCookiesFault(cookies, original.cookies)
  );
}

function statusFault(code: unknown, description: unknown): string | undefined {
  const isStatus = typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599;
  if (!isStatus) return `response.statusCode is ${shown(code)}; expected an integer from 200 to 599`;
  return description === undefined ? undefined : valueFault('response.statusDescription', description);
}

function responseHeadersFault(headers: unknown): string | undefined {
  if (headers === undefined) return undefined;
  if (!isFields(headers)) return `response.headers is ${shown(headers)}; expected an object`;
  return firstFault(headers, (name, header) => {
    const field = `response.headers["${name}"]`;
    // Not documented: an event has separate cookies, so a header would be a second list.
    if (name === 'set-cookie') return `${field}: cookies belong in response.cookies`;
    if (FRAMING.includes(name)) return `${field}: CloudFront sets this header itself`;
    if (!isFields(header)) return `${field} is ${shown(header)}; expected { value }`;
    return headerNameFault('response.headers', name) ?? faultInValues(field, header);
  });
}

function responseCookiesFault(cookies: unknown): string | undefined {
  if (cookies === undefined) return undefined;
  if (!isFields(cookies)) return `response.cookies is ${shown(cookies)}; expected an object`;
  return firstFault(cookies, (name, cookie) => {
    const field = `response.cookies["${name}"]`;
    if (!COOKIE_NAME.test(name)) return `${field}: a cookie's name is a token`;
    if (!isFields(cookie)) return `${field} is ${shown(cookie)}; expected { value, attributes }`;
    const attributes = cookie['attributes'];
    if (attributes !== undefined) {
      const fault = valueFault(`${field}.attributes`, attributes);
      if (fault !== undefined) return fault;
    }
    return faultInValues(field, cookie);
  });
}

function bodyFault(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  const { encoding, data } =
    typeof body === 'string' ? { encoding: 'text', data: body } : isFields(body) ? body : {};
  if (encoding !== 'text' && encoding !== 'base64')
    return `response.body.encoding is ${shown(encoding)}; expected "text" or "base64"`;
  if (typeof data !== 'string') return `response.body.data is ${shown(data)}; expected a string`;
  if (encoding === 'base64' && !BASE64.test(data))
    return `response.body.data is ${shown(data)}; it is not base64`;
  const bytes = Buffer.byteLength(data, encoding === 'base64' ? 'base64' : 'utf8');
  return bytes <= GENERATED_BODY_BYTES
    ? undefined
    : `response.body has ${bytes} bytes; expected at most ${GENERATED_BODY_BYTES}`;
}

/** Why CloudFront refuses the response that a function generates. Undefined if it accepts it. */
export function responseFault(returned: Fields): string | undefined {
  return (
    statusFault(returned['statusCode'], returned['statusDescription']) ??
    responseHeadersFault(returned['headers']) ??
    responseCookiesFault(returned['cookies']) ??
    bodyFault(returned['body'])
  );
}

/**
 * Why CloudFront refuses the response that a viewer-response function returns. Undefined if it accepts it. The function may not
 * change status or body here: our own sets headers only.
 */
export function viewerResponseFault(returned: unknown, original: OriginResponse): string | undefined {
  if (!isFields(returned)) return `the function returned ${shown(returned)}; expected the response`;
  const { statusCode, headers, cookies } = returned;
  if (statusCode !== original.statusCode)
    return `response.statusCode is ${shown(statusCode)}; the origin answered ${original.statusCode}`;
  if ('body' in returned) return 'response.body: a viewer-response function has no body';
  if (!isFields(headers)) return `response.headers is ${shown(headers)}; expected an object`;
  const changed = READ_ONLY_AFTERWARDS.find((name) => !isSameMulti(headers[name], original.headers[name]));
  if (changed !== undefined)
    return `response.headers["${changed}"] is ${shown(headers[changed])}; it is read-only at viewer response`;
  const added = Object.entries(headers).filter(
    ([name, header]) => !isSameMulti(header, original.headers[name]),
  );
  return responseHeadersFault(Object.fromEntries(added)) ?? responseCookiesFault(cookies);
}
