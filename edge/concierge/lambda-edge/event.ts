import { isJsonObject, isString, type Json, type JsonObject } from '../../../core/json.ts';

/** One origin request of Lambda@Edge, in the parts that the concierge uses. */
export interface Visit {
  method: string;
  /** The raw path as the viewer sent it. */
  uri: string;
  /** Without `?`. */
  query: string;
  /** Values by names in lower case, joined as HTTP joins them. */
  header(name: string): string | undefined;
  /** The origin's custom headers, which no viewer can set. */
  setting(name: string): string | undefined;
  requestId: string;
}

/** Cookies are joined by a semicolon (RFC 9113, 8.2.3), other headers by a comma. */
const separatorOf = (name: string) => (name === 'cookie' ? '; ' : ', ');

/**
 * Reads the event of an origin request.
 *
 * @throws TypeError for anything else
 */
export function readEvent(event: Json): Visit {
  const [record] = listOf(member(event, 'Records'));
  const cf = member(record, 'cf');
  const config = member(cf, 'config');
  const request = member(cf, 'request');
  const origin = member(request, 'origin');
  const headers = member(request, 'headers');
  const custom = member(member(origin, 's3') ?? member(origin, 'custom'), 'customHeaders');
  const [method, uri, query] = ['method', 'uri', 'querystring'].map((name) => member(request, name));
  if (
    member(config, 'eventType') !== 'origin-request' ||
    !isString(method) ||
    !isString(uri) ||
    !isString(query)
  )
    throw new TypeError('the event is not an origin request of Lambda@Edge');
  const requestId = member(config, 'requestId');
  return {
    method,
    uri,
    query,
    header: (name) => readHeader(headers, name),
    setting: (name) => readHeader(custom, name),
    requestId: isString(requestId) ? requestId : '',
  };
}

function readHeader(headers: Json, name: string): string | undefined {
  const values = listOf(member(headers, name)).map((each) => member(each, 'value'));
  const texts = values.filter(isString);
  return texts.length === 0 ? undefined : texts.join(separatorOf(name));
}

function member(json: Json, name: string): Json {
  return isJsonObject(json) && Object.hasOwn(json, name) ? (json as JsonObject)[name] : undefined;
}

function listOf(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [];
}
