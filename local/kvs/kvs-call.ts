import { LIMITS } from '../../core/wire/limits.ts';
import { type Put, StoreError, type StoreUpdate } from './kvs-rules.ts';
import type { SignedRequest } from './sigv4a.ts';

/** The beginning of every path of the KeyValueStore data plane. */
export const KVS_PREFIX = '/key-value-stores/';

/** One parsed request (operations: KeyValueStore API reference, 2022-07-26). The store treats the three writes alike. */
export type KvsCall =
  | { arn: string; operation: 'DescribeKeyValueStore' }
  | { arn: string; operation: 'ListKeys'; max: number; after?: string }
  | { arn: string; operation: 'GetKey'; key: string }
  | {
      arn: string;
      operation: 'PutKey' | 'DeleteKey' | 'UpdateKeys';
      update: StoreUpdate;
      ifMatch: string | undefined;
    };

export type KvsOperation = KvsCall['operation'];

/** Parses a request, or throws the StoreError that answers it. */
export function parseCall(request: SignedRequest): KvsCall {
  const [path = '', query = ''] = request.target.split('?');
  const segments = path.slice(KVS_PREFIX.length).split('/').map(decodeSegment);
  const [arn = '', collection = 'keys', key = ''] = segments;
  const write = { arn, ifMatch: request.headers['if-match'] };
  const known = collection === 'keys' && segments.length <= 3;
  switch (known ? `${request.method} ${segments.length}` : undefined) {
    case 'GET 1':
      return { arn, operation: 'DescribeKeyValueStore' };
    case 'GET 2':
      return { arn, operation: 'ListKeys', ...parsePaging(new URLSearchParams(query)) };
    case 'POST 2':
      return { ...write, operation: 'UpdateKeys', update: parseUpdate(request.body) };
    case 'GET 3':
      return { arn, operation: 'GetKey', key };
    case 'PUT 3':
      return { ...write, operation: 'PutKey', update: { puts: [parsePut(key, request.body)] } };
    case 'DELETE 3':
      return { ...write, operation: 'DeleteKey', update: { deletes: [key] } };
    default:
      throw new StoreError('ResourceNotFoundException', `No operation answers ${request.method} ${path}`);
  }
}

/** The `NextToken` of the page after `key`. */
export function printNextToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** ARN and key are encoded completely: their slashes are `%2F`, so the path is split before decoding. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw invalid(`The path segment ${segment} is not percent-encoded UTF-8; encode all of it`, cause);
  }
}

/** 10 keys a page by default, at most 50 (KeyValueStore API reference, "ListKeys"). */
function parsePaging(query: URLSearchParams): { max: number; after?: string } {
  const max = query.get('MaxResults') ?? '10';
  if (!/^\d{1,3}$/.test(max) || Number(max) < 1 || Number(max) > LIMITS.listPage) {
    throw invalid(`MaxResults is ${max}; send 1 to ${LIMITS.listPage}`);
  }
  const token = query.get('NextToken');
  return token === null ? { max: Number(max) } : { max: Number(max), after: parseNextToken(token) };
}

function parseNextToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (printNextToken(key) === token) return key;
  throw invalid('NextToken was not issued by ListKeys; start the listing again without it');
}

function parsePut(key: string, body: Uint8Array): Put {
  return { key, value: requireText(parseObject('The body', parseBody(body)), 'Value') };
}

function parseUpdate(body: Uint8Array): StoreUpdate {
  const update = parseObject('The body', parseBody(body));
  const puts = readList(update, 'Puts').map((put) => ({
    key: requireText(put, 'Key'),
    value: requireText(put, 'Value'),
  }));
  return { puts, deletes: readList(update, 'Deletes').map((item) => requireText(item, 'Key')) };
}

function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw invalid('The body is not JSON in UTF-8', cause);
  }
}

function parseObject(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalid(`${what} is not a JSON object`);
}

/** In the service's protocol (restJson1), null means an absent list. */
function readList(object: Record<string, unknown>, name: 'Puts' | 'Deletes'): Record<string, unknown>[] {
  const list = object[name] ?? [];
  if (!Array.isArray(list)) throw invalid(`${name} is not a list`);
  return list.map((item: unknown) => parseObject(`An item of ${name}`, item));
}

function requireText(object: Record<string, unknown>, name: 'Key' | 'Value'): string {
  const text = object[name];
  if (typeof text === 'string') return text;
  throw invalid(`${name} is missing or not a string`);
}

function invalid(message: string, cause?: unknown): StoreError {
  return new StoreError('ValidationException', message, { cause });
}
